package linuxkit.packaging.debian;

import java.util.List;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;

/**
 * Debian's merged {@code /usr}: the files of packages always lie at their place in {@code usr/},
 * and {@code /bin} and its like are links to directories there, unless the component has a
 * directory of its own at that place, or wants none.
 */
public final class MergedUsr {
  private static final List<String> DIRECTORIES = List.of("bin", "sbin", "lib", "lib64");

  private MergedUsr() {}

  /** Where the file at a path really lies. */
  public static String map(String path) {
    int slash = path.indexOf('/');
    return slash > 0 && DIRECTORIES.contains(path.substring(0, slash)) ? "usr/" + path : path;
  }

  /** Whether a path is that of one of the links. */
  public static boolean isLink(String path) {
    return DIRECTORIES.contains(path);
  }

  /** Puts the links in whose directories there are, where nothing else is. */
  public static void addLinks(FileTree tree, Metadata metadata) {
    for (String name : DIRECTORIES) {
      if (tree.find("usr/" + name).isPresent() && tree.find(name).isEmpty()) {
        tree.put(name, new Node.Symlink(metadata, "usr/" + name), Origin.NONE);
      }
    }
  }
}
