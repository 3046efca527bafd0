package linuxkit.filesystem.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.erofs.codec.BlockOutput;

/**
 * The content of a directory: blocks of entries (struct erofs_dirent), each block followed by its
 * names. Names are in byte order over all blocks, including {@code .} and {@code ..}, since the
 * kernel looks them up by binary search.
 */
final class DirectoryBlocks {
  private static final int BLOCK = BlockOutput.BLOCK;
  private static final int ENTRY = 12;

  /**
   * @param bytes of the name in UTF-8, one char for each
   */
  private record Name(String bytes, ErofsInode inode) {}

  private final List<Name> names = new ArrayList<>();

  /** The index of the first name of each block, then the number of names. */
  private final List<Integer> starts = new ArrayList<>();

  private final int size;

  DirectoryBlocks(ErofsInode directory, ImagePlan plan) {
    names.add(new Name(".", directory));
    names.add(new Name("..", directory.parent()));
    for (FileTree.Entry entry : directory.entry().children()) {
      byte[] name = NameBytes.encode(entry.name());
      names.add(new Name(new String(name, StandardCharsets.ISO_8859_1), plan.inode(entry)));
    }
    names.sort((a, b) -> a.bytes.compareTo(b.bytes));
    int used = BLOCK;
    for (int i = 0; i < names.size(); i++) {
      int need = ENTRY + names.get(i).bytes.length();
      if (used + need > BLOCK) {
        starts.add(i);
        used = 0;
      }
      used += need;
    }
    size = (starts.size() - 1) * BLOCK + used;
    starts.add(names.size());
  }

  /** Returns the size in bytes. */
  int size() {
    return size;
  }

  /** Encodes the content. The positions of all inodes in it must be known. */
  byte[] encode() {
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; block < starts.size() - 1; block++) {
      List<Name> some = names.subList(starts.get(block), starts.get(block + 1));
      bytes.position(block * BLOCK);
      int offset = some.size() * ENTRY;
      for (Name name : some) {
        bytes.putLong(name.inode.nid());
        bytes.putShort((short) offset);
        bytes.put((byte) name.inode.fileType());
        bytes.put((byte) 0);
        offset += name.bytes.length();
      }
      for (Name name : some) {
        bytes.put(name.bytes.getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    return bytes.array();
  }
}
