package linuxkit.disk.vhd;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.block.FileWriter;

/**
 * The plain disk followed by a footer (VHD specification 1.0, "Fixed Hard Disk Image"). Its size is
 * rounded up to whole MiB, as Azure requires.
 *
 * @param id unique to this disk: derive it from the content
 * @param created to the second, from the year 2000 on
 */
public record FixedVhd(UUID id, Instant created) implements DiskFormat {
  private static final long MIB = 1 << 20;

  /** Sizes are up to 2040 GiB. */
  @Override
  public void write(SparseImage disk, FileChannel file) throws IOException {
    DiskFormat.checkSize("VHD", disk.size(), VhdFooter.MAX_SIZE);
    long size = Math.ceilDiv(disk.size(), MIB) * MIB;
    disk.writeTo(file);
    new FileWriter(file)
        .put(size, VhdFooter.of(VhdFooter.FIXED, size, VhdFooter.NONE, id, created));
  }
}
