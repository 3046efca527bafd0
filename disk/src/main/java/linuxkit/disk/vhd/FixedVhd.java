package linuxkit.disk.vhd;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.block.FileWriter;

/**
 * The disk as it is, with a footer behind (VHD specification 1.0, "Fixed Hard Disk Image"). Its
 * size is rounded up to whole MiB, as Azure demands.
 *
 * @param id which no other disk has: derive it from the content
 * @param created to the second, from the year 2000 on
 */
public record FixedVhd(UUID id, Instant created) implements DiskFormat {
  private static final long MIB = 1 << 20;

  /** Sizes are up to 2040 GiB. */
  @Override
  public void write(SparseImage disk, FileChannel file) throws IOException {
    DiskFormat.checkSize("VHD", disk.size(), Footer.MAX_SIZE);
    long size = Math.ceilDiv(disk.size(), MIB) * MIB;
    disk.writeTo(file);
    new FileWriter(file).put(size, Footer.of(Footer.FIXED, size, Footer.NONE, id, created));
  }
}
