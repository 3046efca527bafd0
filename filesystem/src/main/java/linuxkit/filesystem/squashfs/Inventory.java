package linuxkit.filesystem.squashfs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.IdentityNumbers;
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

  /** The first name of the file of each inode. */
  private final List<FileTree.Entry> entries = new ArrayList<>();

  /** Keyed by node if names can be links, and by entry if each name is a separate file. */
  private final IdentityNumbers<Object> numbers = new IdentityNumbers<>();

  // By the number of an inode. Only directories have parents here.
  private int[] links = new int[64];
  private int[] parents = new int[64];

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
    int root = inventory.addDirectory(tree.root());
    // The next number stands for the missing parent of the root.
    inventory.parents[root] = root + 1;
    return inventory;
  }

  /**
   * Returns the number of inodes, which is also that of the root: directories follow their entries.
   */
  int count() {
    return entries.size();
  }

  /**
   * Returns a name of the file of an inode.
   *
   * @param number from 1
   */
  FileTree.Entry entry(int number) {
    return entries.get(number - 1);
  }

  /** Returns the number of the inode of a file. */
  int number(FileTree.Entry entry) {
    return numbers.get(key(entry));
  }

  /**
   * Returns the link count; for a directory its name, its {@code .}, and the {@code ..} of each
   * subdirectory.
   */
  int links(int number) {
    return links[number];
  }

  /** Returns the number of the parent of a directory. */
  int parent(int number) {
    return parents[number];
  }

  /** Returns all owners and groups. */
  OwnerTable ids() {
    return ids;
  }

  private int addDirectory(FileTree.Entry directory) {
    checkNames(directory);
    int subdirectories = 0;
    for (FileTree.Entry child : directory.children()) {
      if (child.node() instanceof Node.Directory) {
        addDirectory(child);
        subdirectories++;
      }
    }
    for (FileTree.Entry child : directory.children()) {
      if (!(child.node() instanceof Node.Directory)) {
        // A file with several names may already have an inode.
        int known = number(child);
        int number = known == 0 ? add(child) : known;
        links[number]++;
      }
    }
    int number = add(directory);
    links[number] = 2 + subdirectories;
    if (subdirectories > 0) {
      for (FileTree.Entry child : directory.children()) {
        if (child.node() instanceof Node.Directory) {
          parents[number(child)] = number;
        }
      }
    }
    return number;
  }

  private static void checkNames(FileTree.Entry directory) {
    long length = 0;
    for (FileTree.Entry child : directory.children()) {
      byte[] name = NameBytes.encode(child.name());
      if (name.length > MAX_NAME) {
        throw new SquashfsFailure(
            "the name is longer than " + MAX_NAME + " bytes", child.path(), OTHER_FORMAT);
      }
      length += DirectoryTable.length(name);
    }
    if (length > DirectoryTable.MAX_LENGTH) {
      throw new SquashfsFailure(
          "there are too many files in one directory", directory.path(), OTHER_FORMAT);
    }
  }

  private static Object key(FileTree.Entry entry) {
    return entry.node().canHaveLinks() ? entry.node() : entry;
  }

  private int add(FileTree.Entry entry) {
    check(entry);
    entries.add(entry);
    int number = numbers.add(key(entry), entries.size());
    if (number == links.length) {
      links = Arrays.copyOf(links, 2 * number);
      parents = Arrays.copyOf(parents, 2 * number);
    }
    return number;
  }

  private void check(FileTree.Entry entry) {
    Metadata metadata = entry.node().metadata();
    ids.add(metadata.uid(), entry);
    ids.add(metadata.gid(), entry);
    metadata.xattrs().forEach((name, value) -> XattrTable.check(name, value, entry.path()));
    switch (entry.node()) {
      case Node.RegularFile file -> {
        // The block list is one array and part of the inode.
        if (file.content().size() / blockSize > Integer.MAX_VALUE >> 4) {
          throw new SquashfsFailure(
              "the file is too large: " + file.content().size() + " bytes", entry.path(), "");
        }
      }
      case Node.Symlink symlink -> {
        if (NameBytes.encode(symlink.target()).length > MAX_TARGET) {
          throw new SquashfsFailure(
              "the target of the link is longer than " + MAX_TARGET + " bytes",
              entry.path(),
              OTHER_FORMAT);
        }
      }
      case Node.Directory _, Node.Device _, Node.Fifo _ -> {}
    }
  }
}
