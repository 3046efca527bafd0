package linuxkit.filesystem;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.NameBytes;
import org.jspecify.annotations.Nullable;

/**
 * A tree of files in memory: names, metadata and contents. Not safe for use by several threads
 * while it changes.
 *
 * <p>A path is relative to the root, its names separated by single slashes, without {@code .} or
 * {@code ..}; the root is the empty string. Other paths cause an {@link IllegalArgumentException}:
 * readers of foreign formats clean or refuse names first. Symbolic links are never followed.
 */
public final class FileTree {
  /**
   * Compares names by their bytes, which in UTF-8 is the order of code points. Every format here
   * sorts names this way.
   */
  public static final Comparator<String> BY_BYTES =
      (a, b) -> {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
          char x = a.charAt(i);
          char y = b.charAt(i);
          if (x != y) {
            // Surrogates encode code points above all other chars.
            boolean high = Character.isSurrogate(x);
            boolean other = Character.isSurrogate(y);
            if (NameBytes.isRaw(x) || NameBytes.isRaw(y)) {
              return Arrays.compareUnsigned(NameBytes.encode(a), NameBytes.encode(b));
            }
            return high == other ? Character.compare(x, y) : high ? 1 : -1;
          }
        }
        return Integer.compare(a.length(), b.length());
      };

  /** A file in the tree under one of its names. */
  public static final class Entry {
    private final String path;
    private Node node;
    private Origin origin;
    private @Nullable TreeMap<String, Entry> children;

    private Entry(String path, Node node, Origin origin) {
      this.path = path;
      this.node = node;
      this.origin = origin;
    }

    public String path() {
      return path;
    }

    /** Returns the last name of the path; empty for the root. */
    public String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    public Node node() {
      return node;
    }

    public Origin origin() {
      return origin;
    }

    /** Returns the entries of a directory in byte order of their names; empty for other files. */
    public Collection<Entry> children() {
      return children == null
          ? Collections.emptyList()
          : Collections.unmodifiableCollection(children.values());
    }

    private @Nullable Entry child(String name) {
      return children == null ? null : children.get(name);
    }

    /** Visits all entries below this one, but not this one. */
    public <E extends Exception> void walk(Visitor<E> visitor) throws E {
      if (children != null) {
        for (Entry entry : children.values()) {
          visitor.visit(entry);
          entry.walk(visitor);
        }
      }
    }
  }

  /** Visits entries: a directory before its entries, names in byte order. */
  @FunctionalInterface
  public interface Visitor<E extends Exception> {
    void visit(Entry entry) throws E;
  }

  private final Entry root;

  // The directory of the last lookup: files mostly arrive directory by directory.
  private @Nullable Entry recent;

  /**
   * @param root metadata of the root directory, until another directory is put there
   */
  public FileTree(Metadata root) {
    this.root = new Entry("", new Node.Directory(root, true), Origin.NONE);
  }

  /** Returns the root directory, whose path is empty. */
  public Entry root() {
    return root;
  }

  public Optional<Entry> find(String path) {
    if (path.isEmpty()) {
      return Optional.of(root);
    }
    Entry last = recent;
    if (last != null && last.path.equals(path)) {
      return Optional.of(last);
    }
    int slash = path.lastIndexOf('/');
    Entry parent = directory(path, slash);
    return parent == null
        ? Optional.empty()
        : Optional.ofNullable(parent.child(path.substring(slash + 1)));
  }

  /** Returns the entry at the path before the last slash; the root if there is no slash. */
  private @Nullable Entry directory(String path, int slash) {
    if (slash < 0) {
      return root;
    }
    Entry last = recent;
    if (last != null && last.path.length() == slash && path.startsWith(last.path)) {
      return last;
    }
    Entry at = root;
    for (int start = 0; at != null && start <= slash; ) {
      int end = path.indexOf('/', start);
      at = at.child(path.substring(start, end));
      start = end + 1;
    }
    recent = at;
    return at;
  }

  /**
   * Puts a file at a path and replaces what is there. A directory that replaces a directory keeps
   * its entries; any other replacement removes the old file and everything below it.
   *
   * @throws IllegalArgumentException if the path is malformed or its parent is not a directory in
   *     the tree
   */
  public void put(String path, Node node, Origin origin) {
    if (path.isEmpty()) {
      if (!(node instanceof Node.Directory)) {
        throw new IllegalArgumentException("the root must be a directory");
      }
      root.node = node;
      root.origin = origin;
      return;
    }
    int slash = path.lastIndexOf('/');
    Entry parent = directory(path, slash);
    if (parent == null) {
      throw new IllegalArgumentException("missing parent directory: " + path);
    }
    if (!(parent.node instanceof Node.Directory)) {
      throw new IllegalArgumentException("the parent is not a directory: " + path);
    }
    String name = path.substring(slash + 1);
    if (!isName(name)) {
      throw new IllegalArgumentException("not a file name: " + path);
    }
    if (parent.children == null) {
      parent.children = new TreeMap<>(BY_BYTES);
    }
    Entry old = parent.child(name);
    if (old != null && old.node instanceof Node.Directory && node instanceof Node.Directory) {
      old.node = node;
      old.origin = origin;
    } else {
      parent.children.put(name, new Entry(path, node, origin));
      forget(old);
    }
  }

  /** Removes a file, or a directory with everything below it. Does nothing if there is none. */
  public void remove(String path) {
    int slash = path.lastIndexOf('/');
    Entry parent = directory(path, slash);
    if (parent != null && parent.children != null) {
      forget(parent.children.remove(path.substring(slash + 1)));
    }
  }

  private void forget(@Nullable Entry gone) {
    if (gone != null && (gone == recent || gone.children != null)) {
      recent = null;
    }
  }

  /** Visits all entries except the root. */
  public <E extends Exception> void walk(Visitor<E> visitor) throws E {
    root.walk(visitor);
  }

  /** Visits all entries below {@code from}. */
  public <E extends Exception> void walk(Entry from, Visitor<E> visitor) throws E {
    from.walk(visitor);
  }

  /**
   * Returns whether a string can be a name in a path: not empty, not {@code .} or {@code ..}, and
   * without slashes and NULs.
   */
  public static boolean isName(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.indexOf('/') < 0
        && name.indexOf('\0') < 0;
  }
}
