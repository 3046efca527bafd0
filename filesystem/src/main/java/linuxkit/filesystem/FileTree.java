package linuxkit.filesystem;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.UnaryOperator;
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

  /**
   * A file in the tree under one of its names. Its path is made from the names above it on each
   * call, because a tree may have a million files.
   */
  public static final class Entry {
    private final @Nullable Entry parent;
    private final byte[] name;
    private Node node;
    private Origin origin;
    @Nullable Children children;

    Entry(@Nullable Entry parent, byte[] name, Node node, Origin origin) {
      this.parent = parent;
      this.name = name;
      this.node = node;
      this.origin = origin;
    }

    public String path() {
      return NameBytes.decode(pathBytes());
    }

    /** Returns the bytes of the path. */
    byte[] pathBytes() {
      int length = -1;
      for (Entry at = this; at.parent != null; at = at.parent) {
        length += at.name.length + 1;
      }
      byte[] path = new byte[Math.max(length, 0)];
      int end = length;
      for (Entry at = this; at.parent != null; at = at.parent) {
        System.arraycopy(at.name, 0, path, end - at.name.length, at.name.length);
        end -= at.name.length + 1;
        if (end >= 0) {
          path[end] = '/';
        }
      }
      return path;
    }

    /** Returns the last name of the path; empty for the root. */
    public String name() {
      return NameBytes.decode(name);
    }

    @Nullable Entry parent() {
      return parent;
    }

    // Not to be changed.
    byte[] bytes() {
      return name;
    }

    public Node node() {
      return node;
    }

    public Origin origin() {
      return origin;
    }

    /** Returns the entries of a directory in byte order of their names; empty for other files. */
    public Collection<Entry> children() {
      return children == null ? Collections.emptyList() : children;
    }

    /** Returns the entry of a directory that has the same name as another entry. */
    public Optional<Entry> childNamedLike(Entry other) {
      return children == null ? Optional.empty() : Optional.ofNullable(children.find(other.name));
    }

    private @Nullable Entry child(String path, int start, int end) {
      return children == null ? null : children.find(path, start, end);
    }

    /** Visits all entries below this one, but not this one. */
    public <E extends Exception> void walk(Visitor<E> visitor) throws E {
      if (children != null) {
        for (Entry entry : children) {
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

  private record Lookup(String path, Entry directory) {}

  private final Entry root;

  // Of the last lookup: files mostly arrive directory by directory.
  private @Nullable Lookup recent;

  /**
   * @param root metadata of the root directory, until another directory is put there
   */
  public FileTree(Metadata root) {
    this(new Entry(null, new byte[0], new Node.Directory(root, true), Origin.NONE));
  }

  private FileTree(Entry root) {
    this.root = root;
  }

  /** Returns the root directory, whose path is empty. */
  public Entry root() {
    return root;
  }

  /** Returns a tree with the same files. */
  public FileTree copy() {
    FileTree copy = new FileTree(root.node.metadata());
    copy.put("", root.node, root.origin);
    TreeCopies.copy(root, copy.root);
    return copy;
  }

  /**
   * Returns a tree with other files under the same names. The trees share directories in which all
   * files are the same, so neither may be changed afterwards.
   *
   * @param nodes returns the file to put in the place of each one except the root; directories stay
   *     as they are
   */
  public FileTree replace(UnaryOperator<Node> nodes) {
    return new FileTree(TreeCopies.replace(root, root.node, nodes));
  }

  public Optional<Entry> find(String path) {
    if (path.isEmpty()) {
      return Optional.of(root);
    }
    Lookup last = recent;
    if (last != null && last.path.equals(path)) {
      return Optional.of(last.directory);
    }
    int slash = path.lastIndexOf('/');
    Entry parent = directory(path, slash);
    return parent == null
        ? Optional.empty()
        : Optional.ofNullable(parent.child(path, slash + 1, path.length()));
  }

  /** Returns the entry at the path before the last slash; the root if there is no slash. */
  private @Nullable Entry directory(String path, int slash) {
    if (slash < 0) {
      return root;
    }
    Lookup last = recent;
    if (last != null && last.path.length() == slash && path.startsWith(last.path)) {
      return last.directory;
    }
    Entry at = root;
    for (int start = 0; at != null && start <= slash; ) {
      int end = path.indexOf('/', start);
      at = at.child(path, start, end);
      start = end + 1;
    }
    recent = at == null ? null : new Lookup(path.substring(0, slash), at);
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
    } else if (!(parent.node instanceof Node.Directory)) {
      throw new IllegalArgumentException("the parent is not a directory: " + path);
    }
    String name = path.substring(slash + 1);
    if (!isName(name)) {
      throw new IllegalArgumentException("not a file name: " + path);
    }
    put(parent, NameBytes.encode(name), node, origin);
  }

  /**
   * Puts a file into a directory of this tree under the name of another entry, and replaces what is
   * there, as {@link #put(String, Node, Origin)} does.
   *
   * @param named an entry of any tree, but not a root
   * @return the file's entry
   */
  public Entry put(Entry directory, Entry named, Node node, Origin origin) {
    if (!(directory.node instanceof Node.Directory) || named.name.length == 0) {
      throw new IllegalArgumentException("no place for a file: " + directory.path());
    }
    return put(directory, named.name, node, origin);
  }

  private Entry put(Entry parent, byte[] name, Node node, Origin origin) {
    Children siblings = parent.children;
    Entry old = siblings == null ? null : siblings.find(name);
    if (siblings == null || old == null) {
      return add(parent, name, node, origin);
    }
    if (old.node instanceof Node.Directory && node instanceof Node.Directory) {
      old.node = node;
      old.origin = origin;
      return old;
    }
    Entry entry = new Entry(parent, name, node, origin);
    siblings.replace(entry);
    forget(old);
    return entry;
  }

  static Entry add(Entry parent, byte[] name, Node node, Origin origin) {
    if (parent.children == null) {
      parent.children = new Children();
    }
    Entry entry = new Entry(parent, name, node, origin);
    parent.children.insert(entry);
    return entry;
  }

  /** Removes a file, or a directory with everything below it. Does nothing if there is none. */
  public void remove(String path) {
    int slash = path.lastIndexOf('/');
    Entry parent = directory(path, slash);
    if (parent != null && parent.children != null) {
      Entry gone = parent.child(path, slash + 1, path.length());
      if (gone != null) {
        parent.children.remove(gone);
        forget(gone);
      }
    }
  }

  // A lookup may be of the entry itself, or of one below it.
  private void forget(Entry gone) {
    if (gone.children != null || (recent != null && recent.directory == gone)) {
      recent = null;
    }
  }

  /** Visits all entries except the root. */
  public <E extends Exception> void walk(Visitor<E> visitor) throws E {
    root.walk(visitor);
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
