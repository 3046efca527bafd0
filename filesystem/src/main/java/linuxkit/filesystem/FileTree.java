package linuxkit.filesystem;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A tree of files in memory: names, metadata, and where the bytes lie. Not safe for use by several
 * threads while it changes.
 *
 * <p>A path is relative to the root, its names parted by single slashes, without {@code .} or
 * {@code ..}; the root is the empty string. To put a file at a path that is not of this form is an
 * {@link IllegalArgumentException}: readers of foreign formats clean and refuse names before they
 * come here. Nothing here follows a symbolic link.
 */
public final class FileTree {
  /**
   * By the UTF-8 bytes of the names, which for code points is the order every format here writes
   * in.
   */
  public static final Comparator<String> BY_BYTES =
      (a, b) -> {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
          char x = a.charAt(i);
          char y = b.charAt(i);
          if (x != y) {
            // Surrogates stand for code points above every other char.
            boolean high = Character.isSurrogate(x);
            return high == Character.isSurrogate(y) ? Character.compare(x, y) : high ? 1 : -1;
          }
        }
        return Integer.compare(a.length(), b.length());
      };

  /** A name in the tree with what it stands for. */
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

    /** The last name of the path; empty for the root. */
    public String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    public Node node() {
      return node;
    }

    public Origin origin() {
      return origin;
    }

    /** The entries of a directory in byte order of their names; none for anything else. */
    public Collection<Entry> children() {
      return children == null
          ? Collections.emptyList()
          : Collections.unmodifiableCollection(children.values());
    }

    private @Nullable Entry child(String name) {
      return children == null ? null : children.get(name);
    }

    /** Visits all entries below this one, not itself. */
    public <E extends Exception> void walk(Visitor<E> visitor) throws E {
      if (children != null) {
        for (Entry entry : children.values()) {
          visitor.visit(entry);
          entry.walk(visitor);
        }
      }
    }
  }

  /** Called for every entry, a directory before what is in it, names in byte order. */
  @FunctionalInterface
  public interface Visitor<E extends Exception> {
    void visit(Entry entry) throws E;
  }

  private final Entry root;

  // The directory of the path that was looked for last: most files come with their neighbours.
  private @Nullable Entry recent;

  /**
   * @param root of the root, as long as nothing else is put there
   */
  public FileTree(Metadata root) {
    this.root = new Entry("", new Node.Directory(root, true), Origin.NONE);
  }

  /** The root directory, whose path is empty. */
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

  /** What the part of a path before its last slash leads to; the root when it has none. */
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
   * Puts a file at a path, over whatever is there. A directory over a directory keeps the entries;
   * anything else takes the old file and all below it away.
   *
   * @throws IllegalArgumentException when the path is not of the form that paths have, or its
   *     parent not a directory in the tree
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
      throw new IllegalArgumentException("no parent directory: " + path);
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

  /** Takes away a file, or a directory with all below it; nothing happens when there is none. */
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

  /** Visits all entries but the root. */
  public <E extends Exception> void walk(Visitor<E> visitor) throws E {
    root.walk(visitor);
  }

  /** Visits all entries below one. */
  public <E extends Exception> void walk(Entry from, Visitor<E> visitor) throws E {
    from.walk(visitor);
  }

  /**
   * Whether a string can be one name in a path: not empty, not {@code .} or {@code ..}, no slash,
   * no NUL.
   */
  public static boolean isName(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.indexOf('/') < 0
        && name.indexOf('\0') < 0;
  }
}
