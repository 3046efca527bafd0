package linuxkit.oci.layer;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;

/**
 * Resolves the paths of a layer's entries in a tree. Symbolic links are followed as if the tree's
 * root were the root of the system, so they never lead out of it.
 */
final class TreePaths {
  /** The metadata of directories without an entry. */
  static final Metadata IMPLICIT = Metadata.of(0755, 0, 0, 0);

  // Linux's limits MAXSYMLINKS and PATH_MAX.
  private static final int MAX_LINKS = 40;
  private static final int MAX_PATH = 4096;
  // A limit for one layer, in characters looked up: one or two seconds, enough for 300,000 files.
  private static final long MAX_FOLLOWED = 1L << 25;

  private final FileTree tree;
  private final Origin origin;
  private final String layer;
  private long followed;

  /**
   * Creates a resolver for one layer.
   *
   * @param origin the origin of directories that are created
   * @param layer the layer, for failures
   */
  TreePaths(FileTree tree, Origin origin, String layer) {
    this.tree = tree;
    this.origin = origin;
    this.layer = layer;
  }

  /** Returns the path at which to put an entry's file. Creates missing directories. */
  String create(String entry) {
    return locate(entry, entry, true).orElseThrow();
  }

  /**
   * Returns the path of an existing file. Does not follow the last component if it is a link.
   *
   * @param entry the path of the entry that needs it, for failures
   */
  Optional<String> existing(String entry, String path) {
    return locate(entry, path, false).filter(p -> tree.find(p).isPresent());
  }

  private Optional<String> locate(String entry, String path, boolean make) {
    int slash = path.lastIndexOf('/');
    if (slash < 0) {
      return Optional.of(path);
    }
    String parent = path.substring(0, slash);
    if (isDirectory(parent)) {
      return Optional.of(path);
    }
    Optional<String> found =
        follow(entry, parent, make).map(d -> join(d, path.substring(slash + 1)));
    if (found.isPresent() && found.get().length() > MAX_PATH) {
      throw failure(entry, "the path is too long after symbolic links are resolved");
    }
    return found;
  }

  /** Returns the real path of a directory; empty if it is missing and {@code make} is false. */
  private Optional<String> follow(String entry, String path, boolean make) {
    ArrayDeque<String> pending = new ArrayDeque<>(names(path));
    String at = "";
    int links = 0;
    while (!pending.isEmpty()) {
      String name = pending.pop();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
        continue;
      }
      String next = join(at, name);
      followed += next.length();
      if (followed > MAX_FOLLOWED) {
        throw failure(entry, "the layer has too many paths through symbolic links");
      }
      Optional<Node> node = tree.find(next).map(FileTree.Entry::node);
      if (node.isEmpty() && make) {
        if (Whiteouts.isReserved(name)) {
          throw failure(
              entry, "a symbolic link on the path leads to a directory named like a whiteout");
        }
        make(entry, next);
        at = next;
      } else if (node.isEmpty()) {
        return Optional.empty();
      } else {
        switch (node.get()) {
          case Node.Directory _ -> at = next;
          case Node.Symlink link -> {
            if (++links > MAX_LINKS) {
              throw failure(entry, "there are too many symbolic links on the path");
            }
            at = link.target().startsWith("/") ? "" : at;
            names(link.target()).reversed().forEach(pending::push);
          }
          case Node.RegularFile _, Node.Device _, Node.Fifo _ -> {
            if (!make) {
              return Optional.empty();
            }
            throw failure(entry, "\"" + next + "\" on the path is not a directory");
          }
        }
      }
    }
    return Optional.of(at);
  }

  private void make(String entry, String path) {
    if (path.length() > MAX_PATH) {
      throw failure(entry, "the path is too long after symbolic links are resolved");
    }
    tree.put(path, new Node.Directory(IMPLICIT, true), origin);
  }

  private boolean isDirectory(String path) {
    return tree.find(path).filter(e -> e.node() instanceof Node.Directory).isPresent();
  }

  private static List<String> names(String path) {
    return List.of(path.split("/", -1));
  }

  private static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  LayerFailure failure(String entry, String what) {
    return new LayerFailure(what, layer + ", entry " + entry, null);
  }
}
