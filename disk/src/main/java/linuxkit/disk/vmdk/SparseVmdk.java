package linuxkit.disk.vmdk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.block.Blocks;
import linuxkit.disk.block.FileWriter;

/**
 * {@code monolithicSparse}: one file with the grains that are not empty, for VMware's desktop
 * hypervisors and VirtualBox (VMware, Virtual Disk Format 5.0, "Hosted Sparse Extents").
 *
 * @param fileName stored in the descriptor
 * @param id unique to this disk: derive it from the content
 */
public record SparseVmdk(String fileName, UUID id) implements DiskFormat {
  private static final int VERSION = 1;

  /** The line-end test is valid, and there is a second directory. */
  private static final int FLAGS = 0x3;

  private static final long REDUNDANT_DIRECTORY = 1 + VmdkDescriptor.SECTORS;

  /** Sizes are up to 2030 GiB. */
  @Override
  public void write(SparseImage disk, FileChannel file) throws IOException {
    DiskFormat.checkSize("VMDK", disk.size(), SparseExtent.MAX_SIZE);
    long capacity = disk.size() / SECTOR;
    ByteBuffer descriptor = VmdkDescriptor.of("monolithicSparse", capacity, fileName, id);
    new Writer(capacity, new FileWriter(file)).write(disk, descriptor);
  }

  /** Writes both directories, each followed by all of its tables, and then the grains. */
  private static final class Writer {
    private final FileWriter out;
    private final long capacity;
    private final int tables;
    private final long copy;
    private final long overhead;
    private final ByteBuffer table = SparseExtent.bytes(SparseExtent.TABLE_SECTORS * SECTOR);
    private long current;
    private long end;

    Writer(long capacity, FileWriter out) {
      this.out = out;
      this.capacity = capacity;
      this.tables = SparseExtent.tables(capacity);
      this.copy = directorySectors() + (long) tables * SparseExtent.TABLE_SECTORS;
      this.overhead =
          Math.ceilDiv(REDUNDANT_DIRECTORY + 2 * copy, SparseExtent.GRAIN) * SparseExtent.GRAIN;
      this.end = overhead;
    }

    private int directorySectors() {
      return Math.ceilDiv(tables * Integer.BYTES, SECTOR);
    }

    void write(SparseImage disk, ByteBuffer descriptor) throws IOException {
      put(1, descriptor);
      putDirectory(REDUNDANT_DIRECTORY);
      putDirectory(REDUNDANT_DIRECTORY + copy);
      Blocks.forEach(disk, SparseExtent.GRAIN_BYTES, this::putGrain);
      putTable();
      out.extend(end * SECTOR);
      put(
          0,
          SparseExtent.header(
              VERSION,
              FLAGS,
              capacity,
              REDUNDANT_DIRECTORY,
              REDUNDANT_DIRECTORY + copy,
              overhead,
              false));
    }

    private void putDirectory(long at) throws IOException {
      ByteBuffer directory = SparseExtent.bytes(directorySectors() * SECTOR);
      long first = at + directorySectors();
      for (int i = 0; i < tables; i++) {
        directory.putInt(SparseExtent.entry(first + (long) i * SparseExtent.TABLE_SECTORS));
      }
      put(at, directory.rewind());
    }

    private void putGrain(long index, byte[] grain) throws IOException {
      if (index / SparseExtent.TABLE != current) {
        putTable();
        table.put(0, new byte[table.capacity()]);
        current = index / SparseExtent.TABLE;
      }
      table.putInt((int) (index % SparseExtent.TABLE) * Integer.BYTES, SparseExtent.entry(end));
      put(end, ByteBuffer.wrap(grain));
      end += SparseExtent.GRAIN;
    }

    private void putTable() throws IOException {
      long at = REDUNDANT_DIRECTORY + directorySectors() + current * SparseExtent.TABLE_SECTORS;
      put(at, table.duplicate());
      put(at + copy, table.duplicate());
    }

    private void put(long sector, ByteBuffer bytes) throws IOException {
      out.put(sector * SECTOR, bytes);
    }
  }
}
