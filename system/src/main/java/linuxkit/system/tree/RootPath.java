package linuxkit.system.tree;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/** Resolves paths as a program does whose root is a directory of a tree. */
public final class RootPath {
  private static final int MAX_LINKS = 40;

  private RootPath() {}

  /**
   * Follows all symbolic links of a path. What is missing is taken as it is written.
   *
   * @param root a directory of the tree; empty for the tree's own root
   * @return the path below the root, without slashes at its ends
   */
  public static String resolve(FileTree files, String root, String path) {
    ArrayDeque<String> todo = new ArrayDeque<>();
    push(todo, path);
    String at = "";
    int links = 0;
    while (!todo.isEmpty()) {
      String name = todo.pop();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        at = parent(at);
        continue;
      }
      String next = at.isEmpty() ? name : at + "/" + name;
      Node node = node(files, root, next).orElse(null);
      if (node instanceof Node.Symlink link && links < MAX_LINKS) {
        links++;
        at = link.target().startsWith("/") ? "" : at;
        push(todo, link.target());
      } else {
        at = next;
      }
    }
    return at;
  }

  /** Returns what is at a resolved path below a root. */
  public static Optional<Node> node(FileTree files, String root, String path) {
    String full = root.isEmpty() || path.isEmpty() ? root + path : root + "/" + path;
    return full.isEmpty()
        ? Optional.of(files.root().node())
        : files.find(full).map(FileTree.Entry::node);
  }

  /** Returns the directory above a path; empty for the root and what is directly in it. */
  public static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** Returns whether a path is another one or below it; everything is below an empty one. */
  public static boolean isWithin(String path, String folder) {
    return folder.isEmpty() || path.equals(folder) || path.startsWith(folder + "/");
  }

  private static void push(ArrayDeque<String> todo, String path) {
    List.of(path.split("/", -1)).reversed().forEach(todo::push);
  }
}
