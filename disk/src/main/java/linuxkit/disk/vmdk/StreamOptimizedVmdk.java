package linuxkit.disk.vmdk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.block.CompressedBlocks;
import linuxkit.disk.block.DeflateCompressor;

/**
 * {@code streamOptimized}: compressed, and written from front to back, for import into vSphere,
 * VirtualBox and clouds (VMware, Virtual Disk Format 5.0, "Stream-Optimized Compressed").
 *
 * @param fileName stored in the descriptor
 * @param id unique to this disk: derive it from the content
 * @param grains writes the content after the descriptor
 */
public record StreamOptimizedVmdk(String fileName, UUID id, Grains grains) implements DiskFormat {
  /**
   * Writes the compressed content of a disk and its tables, which do not depend on the descriptor.
   */
  @FunctionalInterface
  public interface Grains {
    /**
     * @param out stays open
     */
    void write(SparseImage disk, OutputStream out) throws IOException;

    /** Compresses with all cores. */
    static Grains deflated() {
      return deflated(Runtime.getRuntime().availableProcessors());
    }

    /**
     * @param threads number of compressing threads, at least 1
     */
    static Grains deflated(int threads) {
      if (threads < 1) {
        throw new IllegalArgumentException(threads + " threads");
      }
      return (disk, out) -> {
        StreamWriter writer = new StreamWriter(disk.size() / SECTOR, out);
        CompressedBlocks.forEach(
            disk,
            SparseExtent.GRAIN_BYTES,
            threads,
            () -> new DeflateCompressor(true),
            (index, _, compressed) -> writer.grain(index, compressed));
        writer.finish();
      };
    }
  }

  /** Compresses with all cores. */
  public StreamOptimizedVmdk(String fileName, UUID id) {
    this(fileName, id, Grains.deflated());
  }

  /** Sizes are up to 2030 GiB. */
  @Override
  public void write(SparseImage disk, FileChannel file) throws IOException {
    write(disk, Channels.newOutputStream(file));
  }

  /**
   * Writes the whole file; sizes are up to 2030 GiB.
   *
   * @param out stays open
   */
  public void write(SparseImage disk, OutputStream out) throws IOException {
    DiskFormat.checkSize("VMDK", disk.size(), SparseExtent.MAX_SIZE);
    long capacity = disk.size() / SECTOR;
    ByteBuffer descriptor = VmdkDescriptor.of("streamOptimized", capacity, fileName, id);
    out.write(StreamWriter.head(capacity, descriptor));
    grains.write(disk, out);
  }
}
