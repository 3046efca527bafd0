package linuxkit.filesystem.read;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.archive.DeviceNumbers;
import linuxkit.filesystem.archive.TarEntry;

/** Reads a squashfs 4.0 (Linux, Documentation/filesystems/squashfs.rst). */
public final class SquashfsReader {
  private static final int MAGIC = 0x73717368;
  private static final int EXTENDED = 7;
  private static final int NO_FRAGMENT = -1;
  private static final int TABLE_BLOCK = 8192;

  private final RandomAccessInput in;
  private final Walk walk;
  private final SquashfsBlocks blocks;
  private final int blockSize;
  private final long inodes;
  private final long directories;
  private final List<Long> owners = new ArrayList<>();
  private final List<SquashfsData.Fragment> fragments = new ArrayList<>();

  private SquashfsReader(RandomAccessInput in, Walk walk) throws IOException {
    this.in = in;
    this.walk = walk;
    ByteBuffer superblock = in.little(0, 96);
    if (superblock.getInt(0) != MAGIC || superblock.getShort(28) != 4) {
      throw walk.failure("it is not a squashfs of version 4", "");
    }
    blockSize = superblock.getInt(12);
    if (Integer.bitCount(blockSize) != 1 || blockSize < 4096 || blockSize > 1 << 20) {
      throw walk.failure("its block size is not valid", "");
    }
    blocks = new SquashfsBlocks(in, superblock.getShort(20), walk);
    inodes = superblock.getLong(64);
    directories = superblock.getLong(72);
    table(superblock.getLong(48), superblock.getShort(26) & 0xffff, 4)
        .forEach(entry -> owners.add(entry.getInt() & 0xffff_ffffL));
    if (superblock.getInt(16) != 0) {
      table(superblock.getLong(80), superblock.getInt(16), 16)
          .forEach(
              entry -> fragments.add(new SquashfsData.Fragment(entry.getLong(), entry.getInt())));
    }
    directory("", new SquashfsBlocks.Cursor(blocks, inodes, superblock.getLong(32)));
  }

  /**
   * Reads all files.
   *
   * @param where for failures
   * @throws FileSystemReadFailure if it is damaged, or not a squashfs
   */
  public static void read(RandomAccessInput in, String where, FileVisitor visitor)
      throws IOException {
    new SquashfsReader(in, new Walk(where, visitor));
  }

  /** Reads a table whose blocks an index lists. */
  private List<ByteBuffer> table(long index, int count, int size) throws IOException {
    List<ByteBuffer> entries = new ArrayList<>();
    int inBlock = TABLE_BLOCK / size;
    if (count < 0 || (long) count * 2 > in.size()) {
      throw walk.failure("a table is not valid", "");
    }
    for (int i = 0; i < count; i += inBlock) {
      long at = in.little(index + i / inBlock * 8L, 8).getLong();
      SquashfsBlocks.Cursor cursor = new SquashfsBlocks.Cursor(blocks, at, 0);
      for (int j = i; j < Math.min(count, i + inBlock); j++) {
        entries.add(cursor.read(size));
      }
    }
    return entries;
  }

  private void file(String path, long reference) throws IOException {
    SquashfsBlocks.Cursor cursor = new SquashfsBlocks.Cursor(blocks, inodes, reference);
    ByteBuffer head = cursor.read(16);
    int type = head.getShort(0);
    boolean extended = type > EXTENDED;
    Metadata metadata = metadata(head, path);
    switch (extended ? type - EXTENDED : type) {
      case 1 -> directory(path, new SquashfsBlocks.Cursor(blocks, inodes, reference));
      case 2 -> regular(path, reference, metadata, extended, cursor);
      case 3 -> {
        int length = cursor.read(8).getInt(4);
        if (length <= 0 || length > 4095) {
          throw walk.failure("the target of a link is not valid", path);
        }
        String target = Text.of(cursor.bytes(length));
        walk.visit(StoredFile.of(path, TarEntry.Type.SYMLINK, metadata, target, 0));
      }
      case 4 -> device(path, reference, metadata, TarEntry.Type.BLOCK_DEVICE, cursor);
      case 5 -> device(path, reference, metadata, TarEntry.Type.CHARACTER_DEVICE, cursor);
      case 6 -> {
        StoredFile fifo = StoredFile.of(path, TarEntry.Type.FIFO, metadata, "", 0);
        if (!walk.isLink(reference, fifo)) {
          walk.visit(fifo);
        }
      }
      default -> throw walk.failure("a file of type " + type + " cannot be read", path);
    }
  }

  private void device(
      String path,
      long reference,
      Metadata metadata,
      TarEntry.Type type,
      SquashfsBlocks.Cursor cursor)
      throws IOException {
    int number = cursor.read(8).getInt(4);
    DeviceNumbers numbers =
        new DeviceNumbers((number >>> 8) & 0xfff, (number & 0xff) | ((number >>> 12) & 0xfff00));
    StoredFile device = new StoredFile(path, type, metadata, "", numbers, 0);
    if (!walk.isLink(reference, device)) {
      walk.visit(device);
    }
  }

  private void regular(
      String path,
      long reference,
      Metadata metadata,
      boolean extended,
      SquashfsBlocks.Cursor cursor)
      throws IOException {
    ByteBuffer body = cursor.read(extended ? 40 : 16);
    long start = extended ? body.getLong(0) : body.getInt(0) & 0xffff_ffffL;
    long size = extended ? body.getLong(8) : body.getInt(12) & 0xffff_ffffL;
    int fragment = body.getInt(extended ? 28 : 4);
    int offset = body.getInt(extended ? 32 : 8);
    if (size < 0 || (fragment != NO_FRAGMENT && (fragment < 0 || fragment >= fragments.size()))) {
      throw walk.failure("its place is not valid", path);
    }
    StoredFile file = StoredFile.of(path, TarEntry.Type.FILE, metadata, "", size);
    if (walk.isLink(reference, file)) {
      return;
    }
    SquashfsData data =
        new SquashfsData(
            blocks,
            blockSize,
            size,
            start,
            fragment == NO_FRAGMENT ? null : fragments.get(fragment),
            offset,
            cursor);
    try (InputStream content = data) {
      walk.visit(file, content);
    }
  }

  private void directory(String path, SquashfsBlocks.Cursor cursor) throws IOException {
    ByteBuffer head = cursor.read(16);
    boolean extended = head.getShort(0) == 1 + EXTENDED;
    if (!extended && head.getShort(0) != 1) {
      throw walk.failure("it is not a directory", path);
    }
    ByteBuffer body = cursor.read(extended ? 24 : 16);
    long block = body.getInt(extended ? 8 : 0) & 0xffff_ffffL;
    long size = extended ? body.getInt(4) & 0xffff_ffffL : body.getShort(8) & 0xffff;
    int offset = body.getShort(extended ? 18 : 10) & 0xffff;
    walk.visit(StoredFile.of(path, TarEntry.Type.DIRECTORY, metadata(head, path), "", 0));
    // The size includes three bytes for entries that are not stored.
    long left = size - 3;
    SquashfsBlocks.Cursor list =
        new SquashfsBlocks.Cursor(blocks, directories, (block << 16) | offset);
    while (left > 0) {
      ByteBuffer header = list.read(12);
      long inodeBlock = header.getInt(4) & 0xffff_ffffL;
      int count = header.getInt(0) + 1;
      if (count < 1 || count > 256) {
        throw walk.failure("a directory is damaged", path);
      }
      left -= 12;
      for (int i = 0; i < count; i++) {
        ByteBuffer entry = list.read(8);
        int length = (entry.getShort(6) & 0xffff) + 1;
        String name = Text.of(list.bytes(length));
        left -= 8 + length;
        file(walk.path(path, name), (inodeBlock << 16) | (entry.getShort(0) & 0xffff));
      }
    }
  }

  private Metadata metadata(ByteBuffer head, String path) {
    return Metadata.of(
        head.getShort(2) & 07777,
        owner(head.getShort(4) & 0xffff, path),
        owner(head.getShort(6) & 0xffff, path),
        head.getInt(8) & 0xffff_ffffL);
  }

  private long owner(int index, String path) {
    if (index >= owners.size() || owners.get(index) > Metadata.MAX_ID) {
      throw walk.failure("its owner is not valid", path);
    }
    return owners.get(index);
  }
}
