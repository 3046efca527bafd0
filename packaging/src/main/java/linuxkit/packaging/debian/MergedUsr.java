package linuxkit.packaging.debian;

import java.util.List;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;

/**
 * Debian's merged {@code /usr}: files of packages are always put into {@code usr/}, and {@code
 * /bin} and its like are links to directories there, unless the component has its own directory at
 * that path or drops the link.
 */
public final class MergedUsr {
  private static final List<String> DIRECTORIES = List.of("bin", "sbin", "lib", "lib64");

  private MergedUsr() {}

  /** Returns the path in {@code usr/} for a path that may lead through one of the links. */
  public static String map(String path) {
    int slash = path.indexOf('/');
    return slash > 0 && DIRECTORIES.contains(path.substring(0, slash)) ? "usr/" + path : path;
  }

  /** Returns whether a path is one of the links. */
  public static boolean isLink(String path) {
    return DIRECTORIES.contains(path);
  }

  /** Adds the links to existing directories, where nothing else exists. */
  public static void addLinks(FileTree tree, Metadata metadata) {
    for (String name : DIRECTORIES) {
      if (tree.find("usr/" + name).isPresent() && tree.find(name).isEmpty()) {
        tree.put(name, new Node.Symlink(metadata, "usr/" + name), Origin.NONE);
      }
    }
  }
}
