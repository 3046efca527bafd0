package linuxkit.filesystem.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.archive.DeviceNumbers;
import linuxkit.filesystem.archive.TarEntry;

/**
 * Reads an EROFS with blocks of 4 KiB (Linux, fs/erofs/erofs_fs.h): contents that are stored plain,
 * inline, or compressed with a full index.
 */
public final class ErofsReader {
  private static final int MAGIC = 0xe0f5e1e2;
  private static final int BLOCK = 4096;
  private static final int SLOT = 32;
  private static final int ENTRY = 12;
  private static final int MOST_DIRECTORY = 1 << 30;

  /**
   * @param layout how the content is stored
   * @param word where: a block, or the number of a device
   * @param end of the inode and its extended attributes, in bytes
   */
  private record Inode(int mode, Metadata metadata, long size, int layout, long word, long end) {}

  private final RandomAccessInput in;
  private final Walk walk;
  private final long inodes;

  private ErofsReader(RandomAccessInput in, Walk walk) throws IOException {
    this.in = in;
    this.walk = walk;
    ByteBuffer superblock = in.little(1024, 128);
    if (superblock.getInt(0) != MAGIC || superblock.get(12) != 12) {
      throw walk.failure("it is not an EROFS with blocks of 4 KiB", "");
    }
    inodes = (superblock.getInt(40) & 0xffff_ffffL) * BLOCK;
    long root = superblock.getShort(14) & 0xffff;
    file("", root, superblock.getLong(24));
  }

  /**
   * Reads all files.
   *
   * @param where for failures
   * @throws FileSystemReadFailure if it is damaged, or not an EROFS of a kind that can be read
   */
  public static void read(RandomAccessInput in, String where, FileVisitor visitor)
      throws IOException {
    new ErofsReader(in, new Walk(where, visitor));
  }

  private Inode inode(long nid, long time, String path) throws IOException {
    long at = inodes + nid * SLOT;
    ByteBuffer head = in.little(at, 32);
    int format = head.getShort(0);
    boolean extended = (format & 1) == 1;
    ByteBuffer all = extended ? in.little(at, 64) : head;
    int attributes = head.getShort(2) & 0xffff;
    long end = at + (extended ? 64 : 32) + (attributes == 0 ? 0 : 12 + 4L * (attributes - 1));
    int mode = head.getShort(4) & 0xffff;
    long uid = extended ? all.getInt(24) & 0xffff_ffffL : head.getShort(24) & 0xffff;
    long gid = extended ? all.getInt(28) & 0xffff_ffffL : head.getShort(26) & 0xffff;
    long size = extended ? all.getLong(8) : head.getInt(8) & 0xffff_ffffL;
    if (uid > Metadata.MAX_ID || gid > Metadata.MAX_ID || size < 0) {
      throw walk.failure("its inode is not valid", path);
    }
    Metadata metadata = Metadata.of(mode & 07777, uid, gid, extended ? all.getLong(32) : time);
    long word = head.getInt(16) & 0xffff_ffffL;
    return new Inode(mode, metadata, size, (format >> 1) & 7, word, end);
  }

  private void file(String path, long nid, long time) throws IOException {
    Inode inode = inode(nid, time, path);
    Metadata metadata = inode.metadata;
    switch (inode.mode & 0170000) {
      case 0040000 -> {
        walk.visit(StoredFile.of(path, TarEntry.Type.DIRECTORY, metadata, "", 0));
        directory(path, inode, time);
      }
      case 0100000 -> {
        StoredFile file = StoredFile.of(path, TarEntry.Type.FILE, metadata, "", inode.size);
        if (!walk.isLink(nid, file)) {
          try (InputStream content = content(inode, path)) {
            walk.visit(file, content);
          }
        }
      }
      case 0120000 -> {
        String target = Text.of(bytes(inode, path, 4095));
        walk.visit(StoredFile.of(path, TarEntry.Type.SYMLINK, metadata, target, 0));
      }
      case 0020000 -> special(path, nid, inode, TarEntry.Type.CHARACTER_DEVICE);
      case 0060000 -> special(path, nid, inode, TarEntry.Type.BLOCK_DEVICE);
      case 0010000 -> special(path, nid, inode, TarEntry.Type.FIFO);
      default -> throw walk.failure("its type is not known", path);
    }
  }

  private void special(String path, long nid, Inode inode, TarEntry.Type type) throws IOException {
    long number = inode.word;
    DeviceNumbers numbers =
        type == TarEntry.Type.FIFO
            ? DeviceNumbers.NONE
            : new DeviceNumbers(
                ((int) (number >>> 8)) & 0xfff,
                (int) ((number & 0xff) | ((number >>> 12) & 0xfff00)));
    StoredFile file = new StoredFile(path, type, inode.metadata, "", numbers, 0);
    if (!walk.isLink(nid, file)) {
      walk.visit(file);
    }
  }

  private InputStream content(Inode inode, String path) throws IOException {
    return switch (inode.layout) {
      case 0 -> whole(inode.word * BLOCK, inode.size, path).stream();
      case 2 -> {
        long tail = inode.size % BLOCK;
        RandomAccessInput blocks = whole(inode.word * BLOCK, inode.size - tail, path);
        yield new SequenceInputStream(blocks.stream(), whole(inode.end, tail, path).stream());
      }
      case 1 -> new ErofsClusters(in, inode.end, inode.size, what -> walk.failure(what, path));
      default ->
          throw walk.failure("its content is stored in a way that only other programs write", path);
    };
  }

  private RandomAccessInput whole(long offset, long size, String path) {
    if (size > 0 && (offset < 0 || offset > in.size() - size)) {
      throw walk.failure("its content is truncated", path);
    }
    return in.part(size == 0 ? 0 : offset, size);
  }

  private byte[] bytes(Inode inode, String path, int most) throws IOException {
    if (inode.size > most) {
      throw walk.failure("it is too large", path);
    }
    try (InputStream content = content(inode, path)) {
      byte[] bytes = content.readNBytes((int) inode.size);
      if (bytes.length < inode.size || bytes.length == 0) {
        throw walk.failure("its content is truncated", path);
      }
      return bytes;
    }
  }

  private void directory(String path, Inode inode, long time) throws IOException {
    byte[] all = bytes(inode, path, MOST_DIRECTORY);
    ByteBuffer entries = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; block < all.length; block += BLOCK) {
      int end = Math.min(all.length, block + BLOCK);
      int count = end - block < ENTRY ? 0 : (entries.getShort(block + 8) & 0xffff) / ENTRY;
      if (count == 0 || block + count * ENTRY > end) {
        throw walk.failure("a directory is damaged", path);
      }
      for (int i = 0; i < count; i++) {
        int entry = block + i * ENTRY;
        int from = block + (entries.getShort(entry + 8) & 0xffff);
        int to = i + 1 < count ? block + (entries.getShort(entry + ENTRY + 8) & 0xffff) : end;
        if (from > to || to > end) {
          throw walk.failure("a directory is damaged", path);
        }
        String name = Text.untilNul(all, from, to);
        if (!name.equals(".") && !name.equals("..")) {
          file(walk.path(path, name), entries.getLong(entry), time);
        }
      }
    }
  }
}
