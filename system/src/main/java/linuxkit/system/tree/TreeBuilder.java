package linuxkit.system.tree;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.system.SystemFailure;
import linuxkit.yaml.Position;

/**
 * The tree of a system that is being built. Later files replace earlier ones, as when an archive is
 * unpacked. But a directory and another file of the same name are refused, because one of two
 * images would lose its files.
 */
public final class TreeBuilder {
  private final FileTree tree;
  private final long modified;
  private final Function<String, Optional<Position>> positions;
  private final Progress progress;
  private final PlacementListener placements;

  /**
   * @param positions returns the position at which the manifest names a part, by its location, for
   *     messages
   */
  public TreeBuilder(
      long modified,
      Function<String, Optional<Position>> positions,
      Progress progress,
      PlacementListener placements) {
    this(
        new FileTree(Metadata.of(0755, 0, 0, modified)), modified, positions, progress, placements);
  }

  private TreeBuilder(
      FileTree tree,
      long modified,
      Function<String, Optional<Position>> positions,
      Progress progress,
      PlacementListener placements) {
    this.tree = tree;
    this.positions = positions;
    this.placements = placements;
    this.modified = modified;
    this.progress = progress;
  }

  /** Returns a new builder whose tree is a copy of this one's. */
  public TreeBuilder scratch() {
    return new TreeBuilder(tree.copy(), modified, positions, progress, PlacementListener.NONE);
  }

  /** Returns whether a listener must see all files, even those that are replaced later. */
  public boolean isWatched() {
    return !placements.equals(PlacementListener.NONE);
  }

  public FileTree tree() {
    return tree;
  }

  public long modified() {
    return modified;
  }

  /** Adds a directory of mode 0755 that is owned by root. Its parent must exist. */
  public void directory(String path, Origin origin) {
    put(path, new Node.Directory(Metadata.of(0755, 0, 0, modified)), origin);
  }

  /** Adds a directory and all directories above it, and replaces those that exist. */
  public void directories(String path, Origin origin) {
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      directory(path.substring(0, slash), origin);
    }
    directory(path, origin);
  }

  /** Adds a generated file that is owned by root. */
  public void file(String path, int permissions, Content content, Origin origin) {
    put(path, new Node.RegularFile(Metadata.of(permissions, 0, 0, modified), content), origin);
  }

  /** Adds a file, and replaces what is there. Its parent must be a directory. */
  public void put(String path, Node node, Origin origin) {
    tree.find(path).ifPresent(old -> check(old, node, origin));
    tree.put(path, node, origin);
    placements.placed(path, node, origin);
  }

  private void check(FileTree.Entry old, Node node, Origin origin) {
    boolean wasDirectory = old.node() instanceof Node.Directory;
    boolean isDirectory = node instanceof Node.Directory;
    if (wasDirectory == isDirectory) {
      return;
    }
    String what =
        "/%s is %s in %s and %s in %s"
            .formatted(
                old.path(),
                describe(old.node()),
                positions
                    .apply(old.origin().location())
                    .map(at -> from(old.origin()) + ", at " + at + ",")
                    .orElse(from(old.origin())),
                describe(node),
                from(origin));
    String where = positions.apply(origin.location()).map(Position::toString).orElse("");
    if (wasDirectory && old.children().isEmpty()) {
      progress.warn(
          (where.isEmpty() ? "" : where + ": ") + what + ": the empty directory is left out");
    } else {
      throw new SystemFailure(
          what, where, "leave one of the two out, or rebuild one image to match the other");
    }
  }

  public static String describe(Node node) {
    return switch (node) {
      case Node.Directory _ -> "a directory";
      case Node.RegularFile _ -> "a file";
      case Node.Symlink symlink -> "a symbolic link to " + symlink.target();
      case Node.Device _ -> "a device";
      case Node.Fifo _ -> "a named pipe";
    };
  }

  public static String from(Origin origin) {
    return origin.layer().isEmpty()
        ? origin.source()
        : origin.source() + " (layer " + origin.layer() + ")";
  }

  /**
   * Lays a tree over an existing directory. Nothing is placed outside: the paths of a tree have no
   * {@code ..}, and no symbolic link is followed. Implied directories do not change existing ones.
   *
   * @param prefix the directory, which gets the metadata of the tree's root; empty for the system's
   *     root, which stays unchanged
   */
  public void overlay(FileTree files, String prefix, String location, String source) {
    Map<String, Origin> origins = new HashMap<>();
    FileTree.Entry to = tree.root();
    if (!prefix.isEmpty()) {
      if (!isImplied(files.root().node()) || !isDirectory(prefix)) {
        put(prefix, files.root().node(), origin(files.root(), location, source, origins));
      }
      to = tree.find(prefix).orElseThrow();
    }
    overlay(files.root(), to, entry -> origin(entry, location, source, origins));
  }

  private static Origin origin(
      FileTree.Entry entry, String location, String source, Map<String, Origin> origins) {
    return origins.computeIfAbsent(
        entry.origin().layer(), layer -> new Origin(location, source, layer));
  }

  // Images may have a million files, so no path is made of a name before somebody needs it.
  private void overlay(
      FileTree.Entry from, FileTree.Entry to, Function<FileTree.Entry, Origin> origins) {
    for (FileTree.Entry entry : from.children()) {
      Node node = entry.node();
      FileTree.Entry placed = to.childNamedLike(entry).orElse(null);
      if (placed == null || !isImplied(node) || !(placed.node() instanceof Node.Directory)) {
        Origin origin = origins.apply(entry);
        if (placed != null) {
          check(placed, node, origin);
        }
        placed = tree.put(to, entry, node, origin);
        if (isWatched()) {
          placements.placed(placed.path(), node, origin);
        }
      }
      overlay(entry, placed, origins);
    }
  }

  private static boolean isImplied(Node node) {
    return node instanceof Node.Directory directory && directory.implied();
  }

  private boolean isDirectory(String path) {
    return tree.find(path).map(FileTree.Entry::node).orElse(null) instanceof Node.Directory;
  }

  public Optional<Node.RegularFile> regularFile(String path) {
    return tree.find(path)
        .map(FileTree.Entry::node)
        .filter(Node.RegularFile.class::isInstance)
        .map(Node.RegularFile.class::cast);
  }
}
