package linuxkit.filesystem.squashfs;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/**
 * Numbers everything in a tree that gets an inode, in the order of writing: the entries of a
 * directory before the directory, and side by side. Refuses trees that squashfs cannot hold before
 * anything is written.
 */
final class Inventory {
  /** The longest name in bytes (SQUASHFS_NAME_LEN). */
  private static final int MAX_NAME = 256;

  /** The longest target in bytes: the kernel reads one page, and programs PATH_MAX with its NUL. */
  private static final int MAX_TARGET = 4095;

  private static final String OTHER_FORMAT = "use another format, or remove the file";

  private final List<Inode> inodes = new ArrayList<>();
  private final IdentityHashMap<Node, Inode> linked = new IdentityHashMap<>();
  private final OwnerTable ids = new OwnerTable();
  private final int blockSize;

  private Inventory(int blockSize) {
    this.blockSize = blockSize;
  }

  /**
   * @param blockSize in bytes
   * @throws SquashfsFailure if squashfs cannot hold the tree
   */
  static Inventory of(FileTree tree, int blockSize) {
    Inventory inventory = new Inventory(blockSize);
    inventory.addDirectory(new Inode(tree.root(), null));
    return inventory;
  }

  /** Returns all inodes; directories follow their entries, so that the root is the last. */
  List<Inode> inodes() {
    return inodes;
  }

  /** Returns all owners and groups. */
  OwnerTable ids() {
    return ids;
  }

  private void addDirectory(Inode directory) {
    for (FileTree.Entry child : directory.entry().children()) {
      if (NameBytes.encode(child.name()).length > MAX_NAME) {
        throw new SquashfsFailure(
            "the name is longer than " + MAX_NAME + " bytes", child.path(), OTHER_FORMAT);
      }
      directory.addChild(child.name(), inode(child, directory));
    }
    if (directory.children().stream().mapToLong(DirectoryTable::length).sum()
        > DirectoryTable.MAX_LENGTH) {
      throw new SquashfsFailure(
          "there are too many files in one directory", directory.path(), OTHER_FORMAT);
    }
    for (Inode.Link link : directory.children()) {
      if (link.inode().isDirectory()) {
        addDirectory(link.inode());
      }
    }
    for (Inode.Link link : directory.children()) {
      // A file with several names may already have an inode.
      if (!link.inode().isDirectory() && link.inode().number() == 0) {
        add(link.inode());
      }
    }
    add(directory);
  }

  private Inode inode(FileTree.Entry entry, Inode directory) {
    return entry.node().canHaveLinks()
        ? linked.computeIfAbsent(entry.node(), _ -> new Inode(entry, directory))
        : new Inode(entry, directory);
  }

  private void add(Inode inode) {
    check(inode);
    inodes.add(inode);
    inode.setNumber(inodes.size());
  }

  private void check(Inode inode) {
    Metadata metadata = inode.node().metadata();
    ids.add(metadata.uid(), inode.path());
    ids.add(metadata.gid(), inode.path());
    metadata.xattrs().forEach((name, value) -> XattrTable.check(name, value, inode.path()));
    switch (inode.node()) {
      case Node.RegularFile file -> {
        // The block list is one array and part of the inode.
        if (file.content().size() / blockSize > Integer.MAX_VALUE >> 4) {
          throw new SquashfsFailure(
              "the file is too large: " + file.content().size() + " bytes", inode.path(), "");
        }
      }
      case Node.Symlink symlink -> {
        if (NameBytes.encode(symlink.target()).length > MAX_TARGET) {
          throw new SquashfsFailure(
              "the target of the link is longer than " + MAX_TARGET + " bytes",
              inode.path(),
              OTHER_FORMAT);
        }
      }
      case Node.Directory _, Node.Device _, Node.Fifo _ -> {}
    }
  }
}
