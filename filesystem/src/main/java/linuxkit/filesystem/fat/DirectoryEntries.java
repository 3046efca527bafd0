package linuxkit.filesystem.fat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/** Encodes directories (section "FAT Directory Structure"). */
final class DirectoryEntries {
  /** The size of an entry, in bytes. */
  static final int ENTRY = 32;

  static final int LONG_NAME = 0x0f;
  private static final int READ_ONLY = 0x01;
  private static final int VOLUME_ID = 0x08;
  private static final int DIRECTORY = 0x10;
  private static final int ARCHIVE = 0x20;

  private static final int WRITABLE = 0222;
  private static final long FIRST_TIME = 315_532_800;
  private static final long LAST_TIME = 4_354_819_198L;

  private DirectoryEntries() {}

  /**
   * Returns all entries of a directory, without padding.
   *
   * @param label of the volume, written to the root only; empty for none
   */
  static byte[] of(VolumeEntry directory, String label, long time) {
    ByteBuffer out =
        ByteBuffer.allocate(directory.directoryEntries() * ENTRY).order(ByteOrder.LITTLE_ENDIAN);
    if (!label.isEmpty()) {
      String padded = label + " ".repeat(DosName.STEM + DosName.EXTENSION - label.length());
      put(out, padded, VOLUME_ID, time, 0, 0);
    }
    if (!directory.isRoot()) {
      long modified = directory.node().metadata().modified();
      put(out, DosName.pad(".", ""), DIRECTORY, modified, directory.cluster(), 0);
      put(out, DosName.pad("..", ""), DIRECTORY, modified, directory.parentCluster(), 0);
    }
    for (VolumeEntry child : directory.children()) {
      if (child.hasLongName()) {
        LongName.write(child.entry().name(), DosName.checksum(child.shortName()), out);
      }
      Metadata metadata = child.node().metadata();
      long size = child.node() instanceof Node.RegularFile file ? file.content().size() : 0;
      int readOnly = (metadata.permissions() & WRITABLE) == 0 ? READ_ONLY : 0;
      int attributes = child.isDirectory() ? DIRECTORY : ARCHIVE | readOnly;
      put(out, child.shortName(), attributes, metadata.modified(), child.cluster(), size);
    }
    return out.array();
  }

  private static void put(
      ByteBuffer out, String name, int attributes, long modified, long cluster, long size) {
    // Local time, which is UTC here: a volume does not store a time zone.
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(Math.clamp(modified, FIRST_TIME, LAST_TIME), 0, ZoneOffset.UTC);
    short date =
        (short) ((time.getYear() - 1980) << 9 | time.getMonthValue() << 5 | time.getDayOfMonth());
    short clock = (short) (time.getHour() << 11 | time.getMinute() << 5 | time.getSecond() / 2);
    out.put(name.getBytes(StandardCharsets.US_ASCII));
    out.put((byte) attributes);
    out.put((byte) 0);
    // Only the time of creation can store odd seconds.
    out.put((byte) (time.getSecond() % 2 * 100));
    out.putShort(clock);
    out.putShort(date);
    out.putShort(date);
    out.putShort((short) (cluster >> 16));
    out.putShort(clock);
    out.putShort(date);
    out.putShort((short) cluster);
    out.putInt((int) size);
  }
}
