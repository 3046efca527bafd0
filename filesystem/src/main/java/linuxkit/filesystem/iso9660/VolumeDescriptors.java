package linuxkit.filesystem.iso9660;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Encodes volume descriptors, which readers read first (ECMA-119 8). */
final class VolumeDescriptors {
  /**
   * The first sector after the system area, which belongs to the maker of a disk from the volume.
   */
  static final int FIRST_SECTOR = 16;

  private static final byte[] STANDARD = "CD001".getBytes(StandardCharsets.US_ASCII);

  private VolumeDescriptors() {}

  /**
   * The positions of a hierarchy and its path tables.
   *
   * @param littleEndian sector of the path table in this byte order
   */
  record Tables(PathTable table, long littleEndian, long bigEndian, IsoDirectory root) {}

  /** Returns a primary or supplementary descriptor (sections 8.4 and 8.5). */
  static byte[] of(Hierarchy hierarchy, IsoOptions options, long sectors, Tables tables) {
    boolean joliet = hierarchy == Hierarchy.JOLIET;
    Charset charset = joliet ? StandardCharsets.UTF_16BE : StandardCharsets.US_ASCII;
    ByteBuffer out = ByteBuffer.allocate(SectorPacker.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) (joliet ? 2 : 1)).put(STANDARD).put((byte) 1).put((byte) 0);
    out.put(padded("", 32, charset));
    out.put(padded(options.volumeId(), 32, charset));
    out.position(80);
    IsoFields.both32(out, sectors);
    if (joliet) {
      // Joliet section 3.2: UCS-2, level 3.
      out.put("%/E".getBytes(StandardCharsets.US_ASCII));
    }
    out.position(120);
    IsoFields.both16(out, 1);
    IsoFields.both16(out, 1);
    IsoFields.both16(out, SectorPacker.SIZE);
    IsoFields.both32(out, tables.table().size());
    out.putInt((int) tables.littleEndian());
    out.putInt(0);
    out.putInt(Integer.reverseBytes((int) tables.bigEndian()));
    out.putInt(0);
    out.put(DirectoryRecords.root(tables.root()));
    // Volume set, publisher, preparer, application, and three informational files: all empty.
    for (int length : new int[] {128, 128, 128, 128, 37, 37, 37}) {
      out.put(padded("", length, charset));
    }
    // Tools on Linux derive the UUID from the time of modification, or else of creation.
    IsoFields.longTime(out, options.time());
    IsoFields.longTime(out, options.time());
    IsoFields.noTime(out);
    IsoFields.noTime(out);
    out.put((byte) 1);
    return out.array();
  }

  /** Returns the terminator (section 8.3). */
  static byte[] terminator() {
    return ByteBuffer.allocate(SectorPacker.SIZE)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 255)
        .put(STANDARD)
        .put((byte) 1)
        .array();
  }

  private static byte[] padded(String text, int length, Charset charset) {
    byte[] spaces = " ".repeat(length).getBytes(charset);
    byte[] bytes = text.getBytes(charset);
    byte[] padded = Arrays.copyOf(spaces, length);
    System.arraycopy(bytes, 0, padded, 0, Math.min(length, bytes.length));
    if (charset.equals(StandardCharsets.UTF_16BE) && length % 2 == 1) {
      padded[length - 1] = 0;
    }
    return padded;
  }
}
