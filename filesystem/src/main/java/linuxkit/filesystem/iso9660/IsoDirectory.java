package linuxkit.filesystem.iso9660;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import org.jspecify.annotations.Nullable;

/**
 * A directory in one of the hierarchies, with its members and their names there. They are made on
 * each call, because a tree may have a million files.
 */
final class IsoDirectory {
  /** A path table counts parents in 16 bits. */
  private static final int MAX_DIRECTORIES = 65_535;

  /** A file under its name in the hierarchy. */
  record Member(FileTree.Entry entry, Identifier identifier) {
    boolean isDirectory() {
      return entry.node() instanceof Node.Directory;
    }
  }

  private final Hierarchy hierarchy;
  private final FileTree.Entry entry;
  private final byte[] identifier;
  private final @Nullable IsoDirectory parent;
  private List<IsoDirectory> directories = List.of();
  private int number;
  private long sector;
  private long records;
  private long sectors;

  private IsoDirectory(
      Hierarchy hierarchy, FileTree.Entry entry, byte[] identifier, @Nullable IsoDirectory parent) {
    this.hierarchy = hierarchy;
    this.entry = entry;
    this.identifier = identifier;
    this.parent = parent;
  }

  /**
   * Returns all directories of a hierarchy in the order of its path table (ECMA-119 6.9.1): by
   * depth, then in the order of their parents, then in that of the members of a parent.
   *
   * <p>They may be deeper than the eight levels of section 6.8.2.1. Rock Ridge can hide that limit
   * by moving directories, but the readers that need it no longer exist.
   *
   * @param records measures them
   */
  static List<IsoDirectory> all(FileTree tree, Hierarchy hierarchy, DirectoryRecords records) {
    List<IsoDirectory> all = new ArrayList<>();
    all.add(new IsoDirectory(hierarchy, tree.root(), new byte[] {0}, null));
    for (int i = 0; i < all.size(); i++) {
      IsoDirectory directory = all.get(i);
      directory.number = i + 1;
      List<Member> members = directory.members();
      directory.directories = directory.below(members);
      all.addAll(directory.directories);
      records.measure(directory, members);
    }
    if (all.size() > MAX_DIRECTORIES) {
      throw new IsoFailure(
          "an ISO image can have " + MAX_DIRECTORIES + " directories, not " + all.size(),
          "",
          "remove some, or use another format");
    }
    return all;
  }

  private List<IsoDirectory> below(List<Member> members) {
    List<IsoDirectory> below = new ArrayList<>(0);
    for (Member member : members) {
      if (member.isDirectory()) {
        byte[] name = member.identifier().bytes(hierarchy, true);
        below.add(new IsoDirectory(hierarchy, member.entry(), name, this));
      }
    }
    return below;
  }

  /** Returns the members in the order of their records. */
  List<Member> members() {
    List<FileTree.Entry> held = new ArrayList<>();
    for (FileTree.Entry child : entry.children()) {
      if (hierarchy.holds(child.node())) {
        held.add(child);
      }
    }
    List<Identifier> identifiers = hierarchy.identifiers(held);
    List<Member> members = new ArrayList<>(held.size());
    for (int i = 0; i < held.size(); i++) {
      members.add(new Member(held.get(i), identifiers.get(i)));
    }
    members.sort(Comparator.comparing(Member::identifier, Identifier.ORDER));
    return members;
  }

  /** Returns the directories among the members, in the order of their records. */
  List<IsoDirectory> directories() {
    return directories;
  }

  FileTree.Entry entry() {
    return entry;
  }

  /** Returns the identifier; a zero byte for the root. */
  byte[] identifier() {
    return identifier;
  }

  /** Returns the parent; the root is its own parent. */
  IsoDirectory parent() {
    return parent == null ? this : parent;
  }

  boolean isRoot() {
    return parent == null;
  }

  /** Returns the number in the path table, counted from 1. */
  int number() {
    return number;
  }

  /** Returns the first sector of the directory. */
  long sector() {
    return sector;
  }

  /** Returns the number of sectors of its records. */
  long records() {
    return records;
  }

  /**
   * Returns the number of sectors of its records and their continuation areas, which follow them.
   */
  long sectors() {
    return sectors;
  }

  void measure(long recordSectors, long allSectors) {
    records = recordSectors;
    sectors = allSectors;
  }

  void lieAt(long first) {
    sector = first;
  }
}
