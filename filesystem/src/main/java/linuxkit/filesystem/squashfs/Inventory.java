package linuxkit.filesystem.squashfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/**
 * Everything in a tree that gets an inode, numbered in the order in which the inodes are written:
 * what is in a directory before itself, and the files of one directory side by side. What squashfs
 * cannot hold is refused here, before anything is written.
 */
final class Inventory {
  /** SQUASHFS_NAME_LEN. */
  private static final int MAX_NAME = 256;

  /** The kernel takes no more than a page, and programs no more than PATH_MAX with its NUL. */
  private static final int MAX_TARGET = 4095;

  private static final String OTHER_FORMAT = "use another format, or take the file out";

  private final List<Inode> inodes = new ArrayList<>();
  private final IdentityHashMap<Node, Inode> linked = new IdentityHashMap<>();
  private final OwnerTable ids = new OwnerTable();
  private final int blockSize;

  private Inventory(int blockSize) {
    this.blockSize = blockSize;
  }

  /**
   * @param blockSize in bytes
   * @throws SquashfsFailure when squashfs cannot hold the tree
   */
  static Inventory of(FileTree tree, int blockSize) {
    Inventory inventory = new Inventory(blockSize);
    inventory.addDirectory(new Inode(tree.root(), null));
    return inventory;
  }

  /** Each directory behind all that is in it, and so the root last. */
  List<Inode> inodes() {
    return inodes;
  }

  /** All owners and groups. */
  OwnerTable ids() {
    return ids;
  }

  private void addDirectory(Inode directory) {
    for (FileTree.Entry child : directory.entry().children()) {
      if (child.name().getBytes(UTF_8).length > MAX_NAME) {
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
      // A file with several names may have been met before.
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
        // The block list is one array, and the whole of it in the inode.
        if (file.content().size() / blockSize > Integer.MAX_VALUE >> 4) {
          throw new SquashfsFailure(
              "the file has " + file.content().size() + " bytes, too many", inode.path(), "");
        }
      }
      case Node.Symlink symlink -> {
        if (symlink.target().getBytes(UTF_8).length > MAX_TARGET) {
          throw new SquashfsFailure(
              "the link's target is longer than " + MAX_TARGET + " bytes",
              inode.path(),
              OTHER_FORMAT);
        }
      }
      case Node.Directory _, Node.Device _, Node.Fifo _ -> {}
    }
  }
}
