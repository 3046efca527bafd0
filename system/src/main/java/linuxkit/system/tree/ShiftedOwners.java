package linuxkit.system.tree;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/** Moves the owners of files into the range of ids that a container has. */
public final class ShiftedOwners {
  private static final String CAPABILITY = "security.capability";
  private static final int REVISION_2 = 20;

  private final long start;
  private final long size;
  // Entries that share a node are links to one file, and stay so.
  private final IdentityHashMap<Node, Node> shifted = new IdentityHashMap<>();

  private ShiftedOwners(long start, long size) {
    this.start = start;
    this.size = size;
  }

  /** Changes the owners of all files in a tree. Ids beyond the range stay as they are. */
  public static void shift(FileTree files, long start, long size) {
    ShiftedOwners owners = new ShiftedOwners(start, size);
    FileTree.Entry root = files.root();
    // Not implied, so that it replaces what is there.
    files.put("", new Node.Directory(owners.metadata(root.node().metadata())), root.origin());
    owners.below(files, root);
  }

  private void below(FileTree files, FileTree.Entry directory) {
    for (FileTree.Entry entry : List.copyOf(directory.children())) {
      files.put(entry.path(), shifted.computeIfAbsent(entry.node(), this::node), entry.origin());
      below(files, entry);
    }
  }

  private Node node(Node node) {
    Metadata metadata = metadata(node.metadata());
    return switch (node) {
      case Node.Directory directory -> new Node.Directory(metadata, directory.implied());
      case Node.RegularFile file -> new Node.RegularFile(metadata, file.content());
      case Node.Symlink link -> new Node.Symlink(metadata, link.target());
      case Node.Device device ->
          new Node.Device(metadata, device.kind(), device.major(), device.minor());
      case Node.Fifo _ -> new Node.Fifo(metadata);
    };
  }

  private Metadata metadata(Metadata old) {
    SortedMap<String, String> xattrs = new TreeMap<>(old.xattrs());
    xattrs.computeIfPresent(CAPABILITY, (_, value) -> capability(value));
    return new Metadata(old.permissions(), id(old.uid()), id(old.gid()), old.modified(), xattrs);
  }

  private long id(long id) {
    return id < size ? start + id : id;
  }

  /**
   * Returns file capabilities that hold in the user namespace whose root has the id {@code start}:
   * revision 3 of capabilities(7), which ends with that id. Revision 2 holds only in the first
   * namespace.
   */
  private String capability(String value) {
    if (value.length() != REVISION_2 || value.charAt(3) != 2) {
      return value;
    }
    StringBuilder revised = new StringBuilder(value);
    revised.setCharAt(3, (char) 3);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      revised.append((char) (start >> shift & 0xff));
    }
    return revised.toString();
  }
}
