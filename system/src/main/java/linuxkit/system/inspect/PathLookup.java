package linuxkit.system.inspect;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.base.Nearest;
import linuxkit.filesystem.EntryName;
import linuxkit.filesystem.EntryNameFailure;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/** Finds the file that a user means by a path. */
public final class PathLookup {
  private static final int MAX_LINKS = 40;
  private static final int MOST_NAMED = 5;
  private static final Pattern CONTAINER_ROOT =
      Pattern.compile("(containers/[^/]+/[^/]+/(?:lower|rootfs))(?:/.*)?");

  private PathLookup() {}

  /**
   * Returns a path without slashes at its ends.
   *
   * @throws InspectionFailure if it leads upwards or is not a path
   */
  public static String clean(String path) {
    try {
      return EntryName.clean(path);
    } catch (EntryNameFailure e) {
      throw new InspectionFailure(e.what(), "", "give the path as the system has it", e);
    }
  }

  /**
   * Returns the root file system of the container that a path is in; empty if it is in no
   * container.
   */
  static String containerRoot(String path) {
    Matcher container = CONTAINER_ROOT.matcher(path);
    return container.matches() ? container.group(1) : "";
  }

  /**
   * Returns the path of a file after following the links of the directories above it. In the root
   * file system of a container, links stay within it, as the container sees them.
   *
   * @param path the result of {@link #clean}
   */
  public static Optional<String> find(FileTree files, String path) {
    if (files.find(path).isPresent()) {
      return Optional.of(path);
    }
    String root = containerRoot(path);
    ArrayDeque<String> todo = new ArrayDeque<>();
    push(todo, path.substring(root.length()));
    String at = root;
    int links = 0;
    while (!todo.isEmpty()) {
      String name = todo.pop();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        at =
            at.length() > root.length()
                ? at.substring(0, Math.max(root.length(), at.lastIndexOf('/')))
                : root;
        continue;
      }
      String next = at.isEmpty() ? name : at + "/" + name;
      Optional<Node> node = files.find(next).map(FileTree.Entry::node);
      if (node.isEmpty()) {
        return Optional.empty();
      }
      if (node.get() instanceof Node.Symlink link && !todo.isEmpty()) {
        if (++links > MAX_LINKS) {
          return Optional.empty();
        }
        at = link.target().startsWith("/") ? root : at;
        push(todo, link.target());
      } else {
        at = next;
      }
    }
    return Optional.of(at);
  }

  private static void push(ArrayDeque<String> todo, String path) {
    List.of(path.split("/", -1)).reversed().forEach(todo::push);
  }

  /** Returns at most five similar paths, each with a slash at its start. */
  public static List<String> near(FileTree files, String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    List<String> near = new ArrayList<>();
    files.walk(
        entry -> {
          if (near.size() < MOST_NAMED && entry.name().equals(name)) {
            near.add("/" + entry.path());
          }
        });
    if (!near.isEmpty()) {
      return near;
    }
    FileTree.Entry at = files.root();
    for (String part : path.split("/", -1)) {
      Optional<FileTree.Entry> next = child(at, part);
      if (next.isEmpty()) {
        Optional<String> nearest = Nearest.to(part, names(at.children()));
        if (nearest.isEmpty()) {
          break;
        }
        next = child(at, nearest.get());
      }
      at = next.orElseThrow();
    }
    if (!at.path().isEmpty()) {
      near.add("/" + at.path());
    }
    return near;
  }

  private static Optional<FileTree.Entry> child(FileTree.Entry directory, String name) {
    return directory.children().stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  private static List<String> names(Collection<FileTree.Entry> entries) {
    return entries.stream().map(FileTree.Entry::name).toList();
  }
}
