package linuxkit.disk.vmdk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.DiskFormat;

/** Writes the text after the header that describes a disk ("The Descriptor File"). */
final class VmdkDescriptor {
  /** The room for the text in sectors, as VMware reserves it. */
  static final int SECTORS = 20;

  /** For VMware Workstation 6, ESX 4 and later. */
  private static final int HARDWARE_VERSION = 6;

  // The geometry that VMware gives SCSI disks of any size.
  private static final int HEADS = 255;
  private static final int TRACK = 63;

  private VmdkDescriptor() {}

  /**
   * Returns the text.
   *
   * @param type the format's name of this kind of file
   * @param capacity in sectors
   */
  static ByteBuffer of(String type, long capacity, String fileName, UUID id) {
    // The format cannot escape these characters.
    if (fileName.chars().anyMatch(c -> c == '"' || c < ' ')) {
      throw new DiskFailure(
          fileName + " is not a valid file name in a vmdk", "choose another name");
    }
    // All ones means no disk.
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
