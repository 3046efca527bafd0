package linuxkit.filesystem.erofs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Trees;

/** Reads an image strictly, following the header file of the kernel. */
final class ImageReader {
  private static final Map<Integer, String> PREFIXES =
      Map.of(
          1, "user.",
          2, "system.posix_acl_access",
          3, "system.posix_acl_default",
          4, "trusted.",
          6, "security.");
  private static final List<String> TYPES =
      List.of("", "file", "directory", "character", "block", "fifo", "", "symlink");

  /** An inode of either form. */
  private record ErofsInode(
      int layout,
      int end,
      int xattrs,
      int mode,
      long size,
      long word,
      Metadata metadata,
      long links) {}

  private final ByteBuffer image;
  private final Map<Long, String> first = new HashMap<>();
  private final Map<Long, Integer> names = new HashMap<>();
  private final SortedMap<String, String> lines = new TreeMap<>();

  private ImageReader(byte[] bytes) {
    image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns a line for each path, see {@link Trees#lines}; the root is the empty path. */
  static SortedMap<String, String> lines(byte[] bytes) {
    ImageReader reader = new ImageReader(bytes);
    reader.checkSuperblock();
    long root = reader.image.getShort(1024 + 14) & 0xffff;
    reader.add("", root, root, "directory");
    reader.names.forEach(
        (nid, count) ->
            assertThat(reader.inode(nid).links).as("links of %d", nid).isEqualTo((long) count));
    assertThat(reader.image.getLong(1024 + 16)).as("inodes").isEqualTo(reader.names.size());
    return reader.lines;
  }

  private void checkSuperblock() {
    assertThat(image.getInt(1024)).isEqualTo(0xe0f5e1e2);
    assertThat(image.get(1024 + 12)).as("bits of a block").isEqualTo((byte) 12);
    assertThat(image.getInt(1024 + 36)).as("blocks").isEqualTo(image.capacity() / 4096);
    assertThat(image.capacity() % 4096).isZero();
    byte[] block = bytes(1024, 4096 - 1024);
    ByteBuffer.wrap(block).putInt(4, 0);
    CRC32C checksum = new CRC32C();
    checksum.update(block);
    assertThat(image.getInt(1024 + 4)).as("checksum").isEqualTo((int) ~checksum.getValue());
  }

  private void add(String path, long nid, long parent, String type) {
    ErofsInode inode = inode(nid);
    assertThat(type(inode.mode)).as(path).isEqualTo(type);
    boolean directory = type.equals("directory");
    names.merge(nid, directory ? 2 : 1, Integer::sum);
    String known = directory || type.equals("symlink") ? null : first.putIfAbsent(nid, path);
    String what =
        switch (type) {
          case "file" -> Trees.file(data(inode));
          case "symlink" -> "symlink " + new String(data(inode), UTF_8);
          case "block", "character" ->
              type
                  + " "
                  + ((inode.word >> 8) & 0xfff)
                  + ":"
                  + ((inode.word & 0xff) | ((inode.word >> 12) & 0xfff00));
          default -> type;
        };
    lines.put(path, Trees.line(known == null ? what : "link " + known, inode.metadata));
    if (directory) {
      addAll(path, nid, parent, data(inode));
    }
  }

  private void addAll(String path, long nid, long parent, byte[] data) {
    String before = "";
    ByteBuffer bytes = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; block < data.length; block += 4096) {
      int end = Math.min(data.length, block + 4096);
      int count = bytes.getShort(block + 8) / 12;
      for (int i = 0; i < count; i++) {
        int entry = block + 12 * i;
        int from = block + bytes.getShort(entry + 8);
        int to = i + 1 < count ? block + bytes.getShort(entry + 12 + 8) : end;
        String name = new String(data, from, to - from, ISO_8859_1).replaceFirst("\0+$", "");
        assertThat(name).as("order").isGreaterThan(before);
        before = name;
        long target = bytes.getLong(entry);
        if (name.equals(".")) {
          assertThat(target).isEqualTo(nid);
        } else if (name.equals("..")) {
          assertThat(target).isEqualTo(parent);
        } else {
          String text = new String(name.getBytes(ISO_8859_1), UTF_8);
          String type = TYPES.get(bytes.get(entry + 10));
          if (type.equals("directory")) {
            names.merge(nid, 1, Integer::sum);
          }
          add(path.isEmpty() ? text : path + "/" + text, target, nid, type);
        }
      }
    }
  }

  private static String type(int mode) {
    return switch (mode & 0170000) {
      case 0010000 -> "fifo";
      case 0020000 -> "character";
      case 0040000 -> "directory";
      case 0060000 -> "block";
      case 0100000 -> "file";
      case 0120000 -> "symlink";
      default -> throw new AssertionError("mode " + mode);
    };
  }

  private ErofsInode inode(long nid) {
    int at = Math.toIntExact(nid * 32);
    int format = image.getShort(at);
    boolean extended = (format & 1) == 1;
    int mode = image.getShort(at + 4) & 0xffff;
    int count = image.getShort(at + 2) & 0xffff;
    int xattrs = count == 0 ? 0 : 12 + 4 * (count - 1);
    int start = at + (extended ? 64 : 32);
    Metadata metadata =
        new Metadata(
            mode & 07777,
            extended ? image.getInt(at + 24) & 0xffff_ffffL : image.getShort(at + 24) & 0xffff,
            extended ? image.getInt(at + 28) & 0xffff_ffffL : image.getShort(at + 26) & 0xffff,
            extended ? image.getLong(at + 32) : image.getLong(1024 + 24),
            xattrs(start, xattrs));
    return new ErofsInode(
        format >> 1,
        start + xattrs,
        xattrs,
        mode,
        extended ? image.getLong(at + 8) : image.getInt(at + 8) & 0xffff_ffffL,
        image.getInt(at + 16) & 0xffff_ffffL,
        metadata,
        extended ? image.getInt(at + 44) : image.getShort(at + 6) & 0xffff);
  }

  private SortedMap<String, String> xattrs(int start, int size) {
    SortedMap<String, String> xattrs = new TreeMap<>();
    if (size > 0) {
      int shared = image.get(start + 4) & 0xff;
      int at = start + 12;
      for (int i = 0; i < shared; i++, at += 4) {
        xattr(image.getInt(1024 + 44) * 4096 + image.getInt(at) * 4, xattrs);
      }
      while (at < start + size) {
        at = xattr(at, xattrs);
      }
      assertThat(at).isEqualTo(start + size);
    }
    return xattrs;
  }

  private int xattr(int at, SortedMap<String, String> xattrs) {
    int name = image.get(at) & 0xff;
    int value = image.getShort(at + 2) & 0xffff;
    String prefix = PREFIXES.get((int) image.get(at + 1));
    xattrs.put(
        prefix + new String(bytes(at + 4, name), UTF_8),
        new String(bytes(at + 4 + name, value), ISO_8859_1));
    return (at + 4 + name + value + 3) / 4 * 4;
  }

  private byte[] data(ErofsInode inode) {
    int size = Math.toIntExact(inode.size);
    return switch (inode.layout) {
      case 0 -> bytes(size == 0 ? 0 : inode.word * 4096, size);
      case 1 -> ImageClusters.read(image, (inode.end + 7) / 8 * 8, size, inode.word);
      case 2 -> {
        int tail = size % 4096;
        assertThat(inode.end / 4096)
            .as("block of the tail")
            .isEqualTo((inode.end + tail - 1) / 4096);
        byte[] data = new byte[size];
        System.arraycopy(
            bytes(size == tail ? 0 : inode.word * 4096, size - tail), 0, data, 0, size - tail);
        System.arraycopy(bytes(inode.end, tail), 0, data, size - tail, tail);
        yield data;
      }
      default -> throw new AssertionError("layout " + inode.layout);
    };
  }

  private byte[] bytes(long at, int length) {
    byte[] bytes = new byte[length];
    image.get(Math.toIntExact(at), bytes);
    return bytes;
  }
}
