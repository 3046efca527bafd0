package linuxkit.filesystem.iso9660;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Distributes entries to a record and, if they do not fit, to continuation areas (SUSP 4 and 5.1).
 */
final class SystemUse {
  private static final int CONTINUATION = 28;

  private SystemUse() {}

  /** Allocates continuation areas. */
  @FunctionalInterface
  interface Areas {
    /** Allocates an area. Linux cannot read areas that cross a sector boundary. */
    Place add(byte[] area);
  }

  /**
   * @param offset in bytes from the beginning of the sector
   */
  record Place(long sector, int offset) {}

  /**
   * Returns the entries that lie in the record.
   *
   * @param room free space in the record, in bytes
   */
  static byte[] fit(List<byte[]> entries, int room, Areas areas) {
    List<List<byte[]>> parts = new ArrayList<>();
    List<byte[]> part = new ArrayList<>();
    int left = room;
    long rest = entries.stream().mapToLong(entry -> entry.length).sum();
    for (byte[] entry : entries) {
      // The next entry, or the one that refers to the continuation area, must fit too.
      if (rest > left && entry.length + CONTINUATION > left) {
        parts.add(part);
        part = new ArrayList<>();
        left = SectorPacker.SIZE;
      }
      part.add(entry);
      left -= entry.length;
      rest -= entry.length;
    }
    byte[] area = join(part);
    while (!parts.isEmpty()) {
      Place place = areas.add(area);
      List<byte[]> before = parts.removeLast();
      before.add(continuation(place, area.length));
      area = join(before);
    }
    return area;
  }

  private static byte[] continuation(Place place, int length) {
    ByteBuffer out = ByteBuffer.allocate(CONTINUATION).order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) 'C').put((byte) 'E').put((byte) CONTINUATION).put((byte) 1);
    IsoFields.both32(out, place.sector());
    IsoFields.both32(out, place.offset());
    IsoFields.both32(out, length);
    return out.array();
  }

  private static byte[] join(List<byte[]> entries) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    entries.forEach(joined::writeBytes);
    return joined.toByteArray();
  }
}
