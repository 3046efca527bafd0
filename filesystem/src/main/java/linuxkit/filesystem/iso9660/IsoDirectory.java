package linuxkit.filesystem.iso9660;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import org.jspecify.annotations.Nullable;

/** A directory in one of the hierarchies, with its members and their names there. */
final class IsoDirectory {
  /** A path table counts parents in 16 bits. */
  private static final int MAX_DIRECTORIES = 65_535;

  /**
   * @param directory empty for other files
   */
  record Member(FileTree.Entry entry, Identifier identifier, Optional<IsoDirectory> directory) {}

  private final FileTree.Entry entry;
  private final byte[] identifier;
  private final @Nullable IsoDirectory parent;
  private final List<Member> members = new ArrayList<>();
  private int number;
  private long sector;
  private long records;
  private long sectors;

  private IsoDirectory(FileTree.Entry entry, byte[] identifier, @Nullable IsoDirectory parent) {
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
   */
  static List<IsoDirectory> all(FileTree tree, Hierarchy hierarchy) {
    List<IsoDirectory> all = new ArrayList<>();
    all.add(new IsoDirectory(tree.root(), new byte[] {0}, null));
    for (int i = 0; i < all.size(); i++) {
      IsoDirectory directory = all.get(i);
      directory.number = i + 1;
      directory.fill(hierarchy);
      for (Member member : directory.members) {
        member.directory().ifPresent(all::add);
      }
    }
    if (all.size() > MAX_DIRECTORIES) {
      throw new IsoFailure(
          "an ISO image can have " + MAX_DIRECTORIES + " directories, not " + all.size(),
          "",
          "remove some, or use another format");
    }
    return all;
  }

  private void fill(Hierarchy hierarchy) {
    List<FileTree.Entry> held =
        entry.children().stream().filter(child -> hierarchy.holds(child.node())).toList();
    Iterator<Identifier> identifiers = hierarchy.identifiers(held).iterator();
    for (FileTree.Entry child : held) {
      Identifier name = identifiers.next();
      Optional<IsoDirectory> directory =
          child.node() instanceof Node.Directory
              ? Optional.of(new IsoDirectory(child, name.bytes(hierarchy, true), this))
              : Optional.empty();
      members.add(new Member(child, name, directory));
    }
    members.sort(Comparator.comparing(Member::identifier, Identifier.ORDER));
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

  List<Member> members() {
    return members;
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
