package linuxkit.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import linuxkit.base.SparseImage;

/** A disk as a file of its own size, with holes where nothing is. */
public record RawDisk() implements DiskFormat {
  /** More than any hypervisor takes. */
  private static final long MAX_SIZE = 1L << 50;

  /** Sizes are up to 1 PiB. */
  @Override
  public void write(SparseImage disk, FileChannel file) throws IOException {
    DiskFormat.checkSize("raw disk", disk.size(), MAX_SIZE);
    disk.writeTo(file);
  }
}
