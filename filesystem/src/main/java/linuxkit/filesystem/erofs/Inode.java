package linuxkit.filesystem.erofs;

import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import org.jspecify.annotations.Nullable;

/** A file of the image, under however many names. */
final class Inode {
  /** What a directory entry says of a file's type: the values of the kernel's fs_types.h. */
  private static final int REGULAR = 1;

  private static final int DIRECTORY = 2;
  private static final int CHARACTER = 3;
  private static final int BLOCK = 4;
  private static final int FIFO = 5;
  private static final int SYMLINK = 7;

  private final FileTree.Entry entry;
  private final @Nullable Inode parent;
  private final int number;
  private int links;
  private long nid = -1;

  /**
   * @param entry the first of the file's names
   * @param parent the directory it is in; none for the root
   * @param number from 1: what programs with 32 bits for an inode number see
   */
  Inode(FileTree.Entry entry, @Nullable Inode parent, int number) {
    this.entry = entry;
    this.parent = parent;
    this.number = number;
    this.links = entry.node() instanceof Node.Directory ? 2 : 1;
  }

  FileTree.Entry entry() {
    return entry;
  }

  Node node() {
    return entry.node();
  }

  Metadata metadata() {
    return entry.node().metadata();
  }

  /** The directory it is in; the root is in itself. */
  Inode parent() {
    return parent == null ? this : parent;
  }

  int number() {
    return number;
  }

  int links() {
    return links;
  }

  void addLink() {
    links++;
  }

  /** Where the inode lies, in units of 32 bytes; to be asked for once that is settled. */
  long nid() {
    if (nid < 0) {
      throw new IllegalStateException("no place yet: " + entry.path());
    }
    return nid;
  }

  /**
   * @param offset in bytes from the beginning of the image
   */
  void place(long offset) {
    nid = offset / InodeEncoder.SLOT;
  }

  int fileType() {
    return switch (node()) {
      case Node.RegularFile _ -> REGULAR;
      case Node.Directory _ -> DIRECTORY;
      case Node.Device device -> device.kind() == Node.Device.Kind.CHARACTER ? CHARACTER : BLOCK;
      case Node.Fifo _ -> FIFO;
      case Node.Symlink _ -> SYMLINK;
    };
  }
}
