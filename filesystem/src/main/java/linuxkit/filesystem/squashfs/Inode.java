package linuxkit.filesystem.squashfs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import org.jspecify.annotations.Nullable;

/** A file that gets an inode, and what becomes known of it while the file system is written. */
final class Inode {
  /** A name in a directory. */
  record Link(String name, Inode inode) {
    byte[] bytes() {
      return name.getBytes(StandardCharsets.UTF_8);
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
   * @param entry its first name
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

  /** Of its first name, for failures. */
  String path() {
    return entry.path();
  }

  /** In byte order of the names. */
  List<Link> children() {
    return children;
  }

  void addChild(String name, Inode child) {
    children.add(new Link(name, child));
    child.names++;
  }

  /** As in the link count of a directory: itself, its name, and the {@code ..} of each below it. */
  int links() {
    return isDirectory()
        ? 2 + (int) children.stream().filter(child -> child.inode.isDirectory()).count()
        : names;
  }

  /** Counted from 1; 0 before it has one. */
  int number() {
    return number;
  }

  void setNumber(int number) {
    this.number = number;
  }

  /**
   * @param inodes how many there are: the root's parent, which is none, has the number after them
   */
  int parentNumber(int inodes) {
    return parent == null ? inodes + 1 : parent.number;
  }

  /** Of a regular file whose content was written. */
  FileData data() {
    if (data == null) {
      throw new IllegalStateException("not written yet: " + path());
    }
    return data;
  }

  void setData(FileData data) {
    this.data = data;
  }

  /** Where it lies in the inode table, once it was written. */
  long reference() {
    return reference;
  }

  void setReference(long reference) {
    this.reference = reference;
  }
}
