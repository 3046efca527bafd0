package linuxkit.filesystem.iso9660;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a reader looks at first (ECMA-119 8). */
final class VolumeDescriptors {
  /** Behind the system area, which belongs to whoever makes a disk of the volume. */
  static final int FIRST_SECTOR = 16;

  private static final byte[] STANDARD = "CD001".getBytes(StandardCharsets.US_ASCII);

  private VolumeDescriptors() {}

  /**
   * Where a hierarchy and its path tables lie.
   *
   * @param littleEndian the sector of the path table in that order
   */
  record Tables(PathTable table, long littleEndian, long bigEndian, IsoDirectory root) {}

  /** Sections 8.4 and 8.5. */
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
    // Volume set, publisher, preparer, application; then three files that say more: none of them.
    for (int length : new int[] {128, 128, 128, 128, 37, 37, 37}) {
      out.put(padded("", length, charset));
    }
    // Linux's tools make the UUID of the time of modification, or else of creation.
    IsoFields.longTime(out, options.time());
    IsoFields.longTime(out, options.time());
    IsoFields.noTime(out);
    IsoFields.noTime(out);
    out.put((byte) 1);
    return out.array();
  }

  /** Section 8.3. */
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
