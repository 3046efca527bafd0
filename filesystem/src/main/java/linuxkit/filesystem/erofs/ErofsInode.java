package linuxkit.filesystem.erofs;

import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import org.jspecify.annotations.Nullable;

/** A file of the image, with one or several names. */
final class ErofsInode {
  /** The file types in directory entries: the values of the kernel's fs_types.h. */
  private static final int REGULAR = 1;

  private static final int DIRECTORY = 2;
  private static final int CHARACTER = 3;
  private static final int BLOCK = 4;
  private static final int FIFO = 5;
  private static final int SYMLINK = 7;

  private final FileTree.Entry entry;
  private final @Nullable ErofsInode parent;
  private final int number;
  private int links;
  private long nid = -1;

  /**
   * @param entry the first name of the file
   * @param parent the directory of that name; null for the root
   * @param number counted from 1; the inode number for programs with 32-bit inode numbers
   */
  ErofsInode(FileTree.Entry entry, @Nullable ErofsInode parent, int number) {
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

  /** Returns the parent directory; the root is its own parent. */
  ErofsInode parent() {
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

  /** Returns the position of the inode in units of 32 bytes. It must be known. */
  long nid() {
    if (nid < 0) {
      throw new IllegalStateException("no position yet: " + entry.path());
    }
    return nid;
  }

  /**
   * @param offset in bytes from the beginning of the image
   */
  void place(long offset) {
    nid = offset / InodeEncoder.SLOT;
  }

  // No switch over the types: the JVM would generate a class for it in every process.
  int fileType() {
    if (node() instanceof Node.RegularFile) {
      return REGULAR;
    }
    if (node() instanceof Node.Symlink) {
      return SYMLINK;
    }
    if (node() instanceof Node.Directory) {
      return DIRECTORY;
    }
    if (node() instanceof Node.Device device) {
      return device.kind() == Node.Device.Kind.CHARACTER ? CHARACTER : BLOCK;
    }
    return FIFO;
  }
}
