package linuxkit.filesystem.squashfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import linuxkit.base.PositionTrackingOutput;

/**
 * Extended attributes ("3.8 Xattr table"): sets of names and values, each set once, and the table
 * of the sets, in which inodes have an index. A value that several sets have is in one of them; the
 * others say where.
 */
final class XattrTable {
  /** In the place of an index, says that a file has none. */
  static final int NONE = -1;

  /** Of a name after its prefix or of all of it (XATTR_NAME_MAX), and of a value, in bytes. */
  private static final int MAX_NAME = 255;

  private static final int MAX_VALUE = 65_536;

  /** The number of a prefix is its place here. */
  private static final List<String> PREFIXES = List.of("user.", "trusted.", "security.");

  /** Set in the number of a prefix when in the place of the value is said where it is. */
  private static final int OUT_OF_LINE = 0x100;

  /** What the place of a value takes, in bytes: a value that is no longer had better be there. */
  private static final int REFERENCE_SIZE = 8;

  private record Set(long reference, int count, int size) {}

  private final BlockCompressor compressor;
  private final MetadataTable values;
  private final Map<SortedMap<String, String>, Integer> indices = new HashMap<>();
  private final Map<Integer, Set> sets = new LinkedHashMap<>();
  private final Map<String, Long> places = new HashMap<>();

  XattrTable(BlockCompressor compressor) {
    this.compressor = compressor;
    this.values = new MetadataTable(compressor);
  }

  /**
   * @param path of the file, for the failure
   * @throws SquashfsFailure when squashfs has no place for the attribute
   */
  static void check(String name, String value, String path) {
    if (PREFIXES.stream().noneMatch(prefix -> isUnder(prefix, name))) {
      throw new SquashfsFailure(
          "squashfs has no place for the extended attribute " + name,
          path,
          "use another format, such as EROFS, or take the attribute away");
    }
    if (name.getBytes(UTF_8).length > MAX_NAME || value.length() > MAX_VALUE) {
      throw new SquashfsFailure(
          "the extended attribute " + name + " is longer than Linux allows", path, "take it away");
    }
  }

  private static boolean isUnder(String prefix, String name) {
    return name.startsWith(prefix) && name.length() > prefix.length();
  }

  /** The index of a set, which is written when it is new; {@link #NONE} for an empty one. */
  int index(SortedMap<String, String> xattrs) {
    if (xattrs.isEmpty()) {
      return NONE;
    }
    Integer known = indices.get(xattrs);
    if (known != null) {
      return known;
    }
    int index = indices.size();
    indices.put(xattrs, index);
    sets.put(index, write(xattrs));
    return index;
  }

  private Set write(SortedMap<String, String> xattrs) {
    long reference = values.reference();
    int size = 0;
    for (Map.Entry<String, String> xattr : xattrs.entrySet()) {
      write(xattr.getKey(), xattr.getValue());
      size += xattr.getKey().getBytes(UTF_8).length + 1 + xattr.getValue().length();
    }
    return new Set(reference, xattrs.size(), size);
  }

  // A key of type and name ("struct squashfs_xattr_entry"), then the value.
  private void write(String key, String value) {
    int type = 0;
    while (!isUnder(PREFIXES.get(type), key)) {
      type++;
    }
    byte[] name = key.substring(PREFIXES.get(type).length()).getBytes(UTF_8);
    Long place = places.get(value);
    int flag = place == null ? 0 : OUT_OF_LINE;
    values.write(new LittleEndian().u16(type | flag).u16(name.length).bytes(name));
    if (place != null) {
      values.write(new LittleEndian().u32(REFERENCE_SIZE).u64(place));
      return;
    }
    if (value.length() > REFERENCE_SIZE) {
      places.put(value, values.reference());
    }
    values.write(new LittleEndian().u32(value.length()).bytes(value.getBytes(ISO_8859_1)));
  }

  /**
   * Writes both tables.
   *
   * @return where the table of the sets is found, or {@link Superblock#NO_TABLE} without any
   */
  long write(PositionTrackingOutput body) throws IOException {
    if (sets.isEmpty()) {
      return Superblock.NO_TABLE;
    }
    long start = values.finish(body);
    MetadataTable table = new MetadataTable(compressor);
    for (Set set : sets.values()) {
      table.write(new LittleEndian().u64(set.reference).u32(set.count).u32(set.size));
    }
    LittleEndian header = new LittleEndian().u64(start).u32(sets.size()).u32(0);
    return table.finishIndexed(body, header);
  }
}
