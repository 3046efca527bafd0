package linuxkit.filesystem.squashfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import linuxkit.base.io.PositionTrackingOutput;

/**
 * Writes extended attributes ("3.8 Xattr table"): distinct sets of names and values, and the table
 * of sets, to which inodes refer by index. A value that several sets share is stored in one of
 * them; the others refer to it.
 */
final class XattrTable {
  /** Stands for the index of a file without extended attributes. */
  static final int NONE = -1;

  /**
   * The largest sizes of a name, with or without its prefix (XATTR_NAME_MAX), and of a value, in
   * bytes.
   */
  private static final int MAX_NAME = 255;

  private static final int MAX_VALUE = 65_536;

  /** The number of a prefix is its index here. */
  private static final List<String> PREFIXES = List.of("user.", "trusted.", "security.");

  /** Marks the number of a prefix if a reference stands in place of the value. */
  private static final int OUT_OF_LINE = 0x100;

  /**
   * The size of a reference to a value in bytes: values that are not longer are stored in place.
   */
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
   * @throws SquashfsFailure if squashfs cannot hold the attribute
   */
  static void check(String name, String value, String path) {
    if (PREFIXES.stream().noneMatch(prefix -> isUnder(prefix, name))) {
      throw new SquashfsFailure(
          "squashfs cannot hold the extended attribute " + name,
          path,
          "use another format, such as EROFS, or remove the attribute");
    }
    if (name.getBytes(UTF_8).length > MAX_NAME || value.length() > MAX_VALUE) {
      throw new SquashfsFailure(
          "the extended attribute " + name + " is longer than Linux allows", path, "remove it");
    }
  }

  private static boolean isUnder(String prefix, String name) {
    return name.startsWith(prefix) && name.length() > prefix.length();
  }

  /** Returns the index of a set, and writes a new set; {@link #NONE} for an empty one. */
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

  // A key of type and name (struct squashfs_xattr_entry), then the value.
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
   * @return the position of the table of sets, or {@link Superblock#NO_TABLE} if there are no sets
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
