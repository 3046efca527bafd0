package linuxkit.filesystem.erofs;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import linuxkit.filesystem.Metadata;

/**
 * Encodes extended attributes (struct erofs_xattr_ibody_header and erofs_xattr_entry). Those that
 * several files share are stored once in an area of their own, others after the inode.
 */
final class ErofsXattrTable {
  /** The alignment of entries and the unit of their addresses, in bytes. */
  private static final int UNIT = 4;

  private static final int HEADER = 12;
  private static final int MAX_NAME = 255;
  private static final int MAX_VALUE = 65_535;

  /** An inode stores their size in 16 bits, in units. */
  private static final int MAX_BODY = HEADER + (65_535 - 1) * UNIT;

  /** An inode stores the number of shared attributes in 8 bits. */
  static final int MAX_SHARED = 255;

  private static final String HINT = "remove it from the file";

  private static final Map<String, Integer> PREFIXES =
      Map.of("user.", 1, "trusted.", 4, "security.", 6);
  private static final Map<String, Integer> WHOLE =
      Map.of("system.posix_acl_access", 2, "system.posix_acl_default", 3);

  private final Map<String, Integer> uses = new LinkedHashMap<>();
  private final Map<String, Integer> shared = new LinkedHashMap<>();

  /**
   * Counts the extended attributes of a file.
   *
   * @return the most bytes that they may need after an inode
   * @throws ErofsFailure if the kernel could not read them
   */
  int add(Metadata metadata, String path) {
    int size = HEADER;
    for (Map.Entry<String, String> xattr : metadata.xattrs().entrySet()) {
      check(xattr.getKey(), xattr.getValue(), path);
      String entry = entry(xattr.getKey(), xattr.getValue());
      uses.merge(entry, 1, Integer::sum);
      size += entry.length();
    }
    if (size > MAX_BODY) {
      throw new ErofsFailure(
          "the extended attributes exceed 256 KiB, the limit of EROFS", path, HINT);
    }
    return size;
  }

  private static void check(String name, String value, String path) {
    int length = name.getBytes(StandardCharsets.UTF_8).length - prefix(name).length();
    if (index(name) == 0 || length > MAX_NAME || value.length() > MAX_VALUE) {
      throw new ErofsFailure(
          "an EROFS image cannot hold the extended attribute " + name, path, HINT);
    }
  }

  /** Returns the prefix of the name that has an index; empty if there is none. */
  private static String prefix(String name) {
    String prefix = name.substring(0, name.indexOf('.') + 1);
    return WHOLE.containsKey(name) ? name : PREFIXES.containsKey(prefix) ? prefix : "";
  }

  private static int index(String name) {
    String prefix = prefix(name);
    return WHOLE.getOrDefault(prefix, PREFIXES.getOrDefault(prefix, 0));
  }

  /** Returns the bytes of an entry, one char for each, like values. */
  private static String entry(String name, String value) {
    byte[] suffix = name.substring(prefix(name).length()).getBytes(StandardCharsets.UTF_8);
    int size = Math.ceilDiv(4 + suffix.length + value.length(), UNIT) * UNIT;
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) suffix.length);
    bytes.put((byte) index(name));
    bytes.putShort((short) value.length());
    bytes.put(suffix);
    bytes.put(bytes(value));
    return new String(bytes.array(), StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String latin) {
    return latin.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Returns the area of shared attributes. Must be called after all files are counted and before
   * the methods below.
   */
  byte[] area() {
    ByteArrayOutputStream area = new ByteArrayOutputStream();
    uses.forEach(
        (entry, count) -> {
          if (count > 1) {
            shared.put(entry, area.size() / UNIT);
            area.writeBytes(bytes(entry));
          }
        });
    uses.clear();
    return area.toByteArray();
  }

  /** Returns the size of {@link #body} in bytes. */
  int bodySize(Metadata metadata) {
    return metadata.xattrs().isEmpty() ? 0 : body(metadata).length;
  }

  /** Encodes the extended attributes of an inode; no bytes if it has none. */
  byte[] body(Metadata metadata) {
    if (metadata.xattrs().isEmpty()) {
      return new byte[0];
    }
    List<Integer> ids = new ArrayList<>();
    ByteArrayOutputStream own = new ByteArrayOutputStream();
    metadata
        .xattrs()
        .forEach(
            (name, value) -> {
              String entry = entry(name, value);
              Integer id = shared.get(entry);
              if (id != null && ids.size() < MAX_SHARED) {
                ids.add(id);
              } else {
                own.writeBytes(bytes(entry));
              }
            });
    ByteBuffer body =
        ByteBuffer.allocate(HEADER + ids.size() * UNIT + own.size()).order(ByteOrder.LITTLE_ENDIAN);
    body.put(4, (byte) ids.size()).position(HEADER);
    ids.forEach(body::putInt);
    return body.put(own.toByteArray()).array();
  }

  /** Returns the value for the size of extended attributes in an inode (i_xattr_icount). */
  static int count(int bodySize) {
    return bodySize == 0 ? 0 : (bodySize - HEADER) / UNIT + 1;
  }
}
