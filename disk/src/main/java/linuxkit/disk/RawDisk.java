package linuxkit.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import linuxkit.base.SparseImage;

/** The bytes of the disk, with holes where it is empty. */
public record RawDisk() implements DiskFormat {
  /** More than any hypervisor accepts. */
  private static final long MAX_SIZE = 1L << 50;

  /** Sizes are up to 1 PiB. */
  @Override
  public void write(SparseImage disk, FileChannel file) throws IOException {
    DiskFormat.checkSize("raw disk", disk.size(), MAX_SIZE);
    disk.writeTo(file);
  }
}
