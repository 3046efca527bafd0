package linuxkit.filesystem.erofs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.erofs.codec.BlockOutput;
import org.jspecify.annotations.Nullable;

/**
 * Collects everything that is known of an image before any content is read, and refuses trees that
 * EROFS cannot hold.
 */
final class ImagePlan {
  private static final int MAX_NAME = 255;

  /** The longest target that the kernel follows (PATH_MAX, with its NUL). */
  private static final int MAX_TARGET = 4095;

  /** Blocks have addresses of 32 bits. */
  private static final long MAX_BLOCKS = 1L << 32;

  private final IdentityHashMap<FileTree.Entry, ErofsInode> inodes = new IdentityHashMap<>();
  private final IdentityHashMap<Node, ErofsInode> linkable = new IdentityHashMap<>();
  private final List<ErofsInode> files = new ArrayList<>();
  private final List<ErofsInode> directories = new ArrayList<>();
  private final Set<String> contents = new HashSet<>();
  private final Set<String> repeated = new HashSet<>();
  private final ErofsXattrTable xattrs = new ErofsXattrTable();
  private long blocks;

  /**
   * @throws ErofsFailure if no EROFS image can hold the tree
   */
  ImagePlan(FileTree tree) {
    ErofsInode root = add(tree.root(), null);
    // The inode of the root has only the space that the superblock leaves in the first block.
    // Counting its attributes twice moves them to the shared ones.
    xattrs.add(root.metadata(), "/");
    if (root.metadata().xattrs().size() > ErofsXattrTable.MAX_SHARED) {
      throw new ErofsFailure(
          "the root has more than " + ErofsXattrTable.MAX_SHARED + " extended attributes",
          "/",
          "remove some of them");
    }
    addChildren(root);
    // They can be read in parallel with all others.
    files.sort((a, b) -> Boolean.compare(isLarge(b), isLarge(a)));
  }

  private static boolean isLarge(ErofsInode inode) {
    return inode.node() instanceof Node.RegularFile file
        && LargeContents.isLarge(file.content().size());
  }

  private ErofsInode add(FileTree.Entry entry, @Nullable ErofsInode parent) {
    ErofsInode inode = new ErofsInode(entry, parent, files.size() + directories.size() + 1);
    inodes.put(entry, inode);
    blocks += 1 + BlockOutput.blocks(xattrs.add(inode.metadata(), entry.path()));
    // No switch over the types: the JVM would generate a class for it in every process.
    (inode.node() instanceof Node.Directory ? directories : files).add(inode);
    if (inode.node() instanceof Node.RegularFile file) {
      addContent(entry, file);
    } else if (inode.node() instanceof Node.Symlink link
        && NameBytes.encode(link.target()).length > MAX_TARGET) {
      throw new ErofsFailure(
          "the target of the link is longer than " + MAX_TARGET + " bytes",
          entry.path(),
          "shorten it");
    }
    if (inode.node().canHaveLinks()) {
      linkable.put(inode.node(), inode);
    }
    return inode;
  }

  private void addContent(FileTree.Entry entry, Node.RegularFile file) {
    long size = BlockOutput.blocks(file.content().size());
    // Includes an index of compressed blocks for every file, though not all will have one.
    blocks += Math.min(size, MAX_BLOCKS) + size / 256;
    if (blocks >= MAX_BLOCKS) {
      throw new ErofsFailure(
          "with this file, the EROFS image would reach its limit of 16 TiB",
          entry.path(),
          "remove large files, or store them on a separate volume");
    }
    if (size > 1 && !contents.add(file.content().sha256())) {
      repeated.add(file.content().sha256());
    }
  }

  private void addChildren(ErofsInode directory) {
    for (FileTree.Entry entry : directory.entry().children()) {
      if (NameBytes.encode(entry.name()).length > MAX_NAME) {
        throw new ErofsFailure(
            "the name is longer than " + MAX_NAME + " bytes", entry.path(), "shorten it");
      }
      ErofsInode known = entry.node().canHaveLinks() ? linkable.get(entry.node()) : null;
      if (known != null) {
        known.addLink();
        inodes.put(entry, known);
        continue;
      }
      ErofsInode inode = add(entry, directory);
      if (inode.node() instanceof Node.Directory) {
        directory.addLink();
        addChildren(inode);
      }
    }
  }

  /**
   * Returns all files other than directories, those with large contents first, in the order of
   * their first names.
   */
  List<ErofsInode> files() {
    return Collections.unmodifiableList(files);
  }

  /** Returns all directories, parents first; the root is the first. */
  List<ErofsInode> directories() {
    return Collections.unmodifiableList(directories);
  }

  ErofsInode inode(FileTree.Entry entry) {
    ErofsInode inode = inodes.get(entry);
    if (inode == null) {
      throw new IllegalArgumentException("not in the tree: " + entry.path());
    }
    return inode;
  }

  /** Returns the number of inodes. */
  int inodes() {
    return files.size() + directories.size();
  }

  /** Returns whether several inodes have the content with this hash. */
  boolean isRepeated(String sha256) {
    return repeated.contains(sha256);
  }

  ErofsXattrTable xattrs() {
    return xattrs;
  }
}
