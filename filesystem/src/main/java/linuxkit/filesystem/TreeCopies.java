package linuxkit.filesystem;

import java.util.function.UnaryOperator;
import linuxkit.filesystem.FileTree.Entry;

/** Copies trees entry by entry. */
final class TreeCopies {
  private TreeCopies() {}

  /** Adds the entries of one directory, and all below, to another directory, which is empty. */
  static void copy(Entry from, Entry to) {
    for (Entry child : from.children()) {
      copy(child, FileTree.add(to, child.bytes(), child.node(), child.origin()));
    }
  }

  /**
   * Returns an entry with other files below it; see {@link FileTree#replace}.
   *
   * @param node the file of the entry itself
   * @return the given entry if nothing changes
   */
  @SuppressWarnings("ReferenceEquality") // a node is known by its identity
  static Entry replace(Entry from, Node node, UnaryOperator<Node> nodes) {
    Children replaced = null;
    for (Entry child : from.children()) {
      Entry entry = replace(child, nodes.apply(child.node()), nodes);
      if (entry != child) {
        if (replaced == null) {
          replaced = new Children(from.children());
        }
        replaced.replace(entry);
      }
    }
    if (replaced == null && node == from.node()) {
      return from;
    }
    // The directories above have the same names in both trees.
    Entry entry = new Entry(from.parent(), from.bytes(), node, from.origin());
    entry.children = replaced == null ? from.children : replaced;
    return entry;
  }
}
