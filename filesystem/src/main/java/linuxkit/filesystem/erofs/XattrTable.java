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
 * Extended attributes (struct erofs_xattr_ibody_header and erofs_xattr_entry): those that several
 * files have lie in an area of their own, once; the others behind the inode.
 */
final class XattrTable {
  /** What entries are aligned to, in bytes, and the unit of their addresses. */
  private static final int UNIT = 4;

  private static final int HEADER = 12;
  private static final int MAX_NAME = 255;
  private static final int MAX_VALUE = 65_535;

  /** The inode has sixteen bits for their size in units. */
  private static final int MAX_BODY = HEADER + (65_535 - 1) * UNIT;

  /** An inode has eight bits for the number of its shared ones. */
  static final int MAX_SHARED = 255;

  private static final String HINT = "remove it from the file";

  private static final Map<String, Integer> PREFIXES =
      Map.of("user.", 1, "trusted.", 4, "security.", 6);
  private static final Map<String, Integer> WHOLE =
      Map.of("system.posix_acl_access", 2, "system.posix_acl_default", 3);

  private final Map<String, Integer> uses = new LinkedHashMap<>();
  private final Map<String, Integer> shared = new LinkedHashMap<>();

  /**
   * Counts those of one file.
   *
   * @return the most bytes that they may need behind an inode
   * @throws ErofsFailure when the kernel could not read them
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
          "it has more extended attributes than the 256 KiB that EROFS has room for", path, HINT);
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

  /** The part of the name that the index stands for; empty when there is none. */
  private static String prefix(String name) {
    String prefix = name.substring(0, name.indexOf('.') + 1);
    return WHOLE.containsKey(name) ? name : PREFIXES.containsKey(prefix) ? prefix : "";
  }

  private static int index(String name) {
    String prefix = prefix(name);
    return WHOLE.getOrDefault(prefix, PREFIXES.getOrDefault(prefix, 0));
  }

  /** The bytes of an entry, one char each, as values are. */
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

  /** The area of the shared ones; to be called once all files are counted, and before the rest. */
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

  /** The size of {@link #body}, in bytes. */
  int bodySize(Metadata metadata) {
    return metadata.xattrs().isEmpty() ? 0 : body(metadata).length;
  }

  /** What an inode's own extended attributes are encoded as; of no bytes when it has none. */
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

  /** What an inode says of the size of its extended attributes (i_xattr_icount). */
  static int count(int bodySize) {
    return bodySize == 0 ? 0 : (bodySize - HEADER) / UNIT + 1;
  }
}
