package linuxkit.filesystem.squashfs;

import java.util.ArrayList;
import java.util.List;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import org.jspecify.annotations.Nullable;

/** A file with an inode, and what becomes known of it while the file system is written. */
final class Inode {
  /** A name in a directory. */
  record Link(String name, Inode inode) {
    byte[] bytes() {
      return NameBytes.encode(name);
    }
  }

  private final FileTree.Entry entry;
  private final @Nullable Inode parent;
  private final List<Link> children = new ArrayList<>();
  private int number;
  private int names;
  private @Nullable FileData data;
  private long reference;

  /**
   * @param entry the first name of the file
   * @param parent the directory of that name; null for the root
   */
  Inode(FileTree.Entry entry, @Nullable Inode parent) {
    this.entry = entry;
    this.parent = parent;
  }

  FileTree.Entry entry() {
    return entry;
  }

  Node node() {
    return entry.node();
  }

  boolean isDirectory() {
    return node() instanceof Node.Directory;
  }

  /** Returns the path of its first name, for failures. */
  String path() {
    return entry.path();
  }

  /** Returns the entries in byte order of the names. */
  List<Link> children() {
    return children;
  }

  void addChild(String name, Inode child) {
    children.add(new Link(name, child));
    child.names++;
  }

  /**
   * Returns the link count; for a directory its name, its {@code .}, and the {@code ..} of each
   * subdirectory.
   */
  int links() {
    return isDirectory()
        ? 2 + (int) children.stream().filter(child -> child.inode.isDirectory()).count()
        : names;
  }

  /** Returns the number, counted from 1; 0 if not yet assigned. */
  int number() {
    return number;
  }

  void setNumber(int number) {
    this.number = number;
  }

  /**
   * @param inodes number of all inodes; the next number stands for the missing parent of the root
   */
  int parentNumber(int inodes) {
    return parent == null ? inodes + 1 : parent.number;
  }

  /** Returns the data of a regular file whose content was written. */
  FileData data() {
    if (data == null) {
      throw new IllegalStateException("not written yet: " + path());
    }
    return data;
  }

  void setData(FileData data) {
    this.data = data;
  }

  /** Returns the position in the inode table, once the inode was written. */
  long reference() {
    return reference;
  }

  void setReference(long reference) {
    this.reference = reference;
  }
}
