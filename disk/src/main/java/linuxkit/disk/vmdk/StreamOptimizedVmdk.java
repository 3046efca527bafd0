package linuxkit.disk.vmdk;

import java.io.IOException;
import java.io.OutputStream;
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
 * @param fileName which the file says of itself
 * @param id which no other disk has: derive it from the content
 * @param threads how many compress; at least 1
 */
public record StreamOptimizedVmdk(String fileName, UUID id, int threads) implements DiskFormat {
  public StreamOptimizedVmdk {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
  }

  /** Compresses with all cores. */
  public StreamOptimizedVmdk(String fileName, UUID id) {
    this(fileName, id, Runtime.getRuntime().availableProcessors());
  }

  /** Sizes are up to 2 TiB. */
  @Override
  public void write(SparseImage disk, FileChannel file) throws IOException {
    write(disk, Channels.newOutputStream(file));
  }

  /**
   * Writes the whole file; sizes are up to 2 TiB.
   *
   * @param out stays open
   */
  public void write(SparseImage disk, OutputStream out) throws IOException {
    DiskFormat.checkSize("VMDK", disk.size(), SparseExtent.MAX_SIZE);
    long capacity = disk.size() / SECTOR;
    StreamWriter writer = new StreamWriter(capacity, out);
    writer.start(Descriptor.of("streamOptimized", capacity, fileName, id));
    CompressedBlocks.forEach(
        disk,
        SparseExtent.GRAIN_BYTES,
        threads,
        () -> new DeflateCompressor(true),
        (index, _, compressed) -> writer.grain(index, compressed));
    writer.finish();
  }
}
