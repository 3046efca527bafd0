package linuxkit.disk.vmdk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.DiskFormat;

/** The text that describes a disk ("The Descriptor File"); it lies behind the header. */
final class Descriptor {
  /** In sectors: as much room as VMware leaves for it. */
  static final int SECTORS = 20;

  /** VMware Workstation 6 and ESX 4, and all that came after them. */
  private static final int HARDWARE_VERSION = 6;

  // What VMware gives a SCSI disk of any size.
  private static final int HEADS = 255;
  private static final int TRACK = 63;

  private Descriptor() {}

  /**
   * @param type the format's name of this kind of file
   * @param capacity in sectors
   */
  static ByteBuffer of(String type, long capacity, String fileName, UUID id) {
    // There is no way to write these.
    if (fileName.chars().anyMatch(c -> c == '"' || c < ' ')) {
      throw new DiskFailure("a vmdk cannot be called " + fileName, "choose another name");
    }
    // All ones stand for no disk.
    int contentId = id.hashCode() == -1 ? 0 : id.hashCode();
    String text =
        String.format(
            Locale.ROOT,
            """
            # Disk DescriptorFile
            version=1
            encoding="UTF-8"
            CID=%s
            parentCID=ffffffff
            createType="%s"

            # Extent description
            RW %d SPARSE "%s"

            # The Disk Data Base
            #DDB

            ddb.virtualHWVersion = "%d"
            ddb.geometry.cylinders = "%d"
            ddb.geometry.heads = "%d"
            ddb.geometry.sectors = "%d"
            ddb.adapterType = "lsilogic"
            """,
            HexFormat.of().toHexDigits(contentId),
            type,
            capacity,
            fileName,
            HARDWARE_VERSION,
            Math.max(1, capacity / (HEADS * TRACK)),
            HEADS,
            TRACK);
    return ByteBuffer.allocate(SECTORS * DiskFormat.SECTOR).put(text.getBytes(UTF_8)).rewind();
  }
}
