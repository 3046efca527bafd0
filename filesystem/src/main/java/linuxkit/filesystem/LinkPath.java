package linuxkit.filesystem;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A path in a tree followed through symbolic links. The tree is the root for absolute targets, and
 * nothing is above it.
 *
 * @param links the paths of the links on the way
 * @param end what the path leads to, which is not a link
 */
public record LinkPath(List<String> links, FileTree.Entry end) {
  private static final int MAX_LINKS = 8;

  public LinkPath {
    links = List.copyOf(links);
  }

  /**
   * Follows a path.
   *
   * @return empty if it leads to nothing, or through more than eight links
   */
  public static Optional<LinkPath> follow(FileTree tree, String path) {
    List<String> links = new ArrayList<>();
    String rest = path;
    for (int slash = rest.indexOf('/'); ; slash = rest.indexOf('/', slash + 1)) {
      String part = slash < 0 ? rest : rest.substring(0, slash);
      Optional<FileTree.Entry> entry = tree.find(part);
      if (entry.isEmpty()) {
        return Optional.empty();
      }
      if (entry.get().node() instanceof Node.Symlink link) {
        if (links.size() == MAX_LINKS) {
          return Optional.empty();
        }
        links.add(part);
        rest = join(part, link.target() + rest.substring(part.length()));
        slash = -1;
      } else if (slash < 0) {
        return Optional.of(new LinkPath(links, entry.get()));
      }
    }
  }

  private static String join(String link, String target) {
    List<String> names = new ArrayList<>();
    String start =
        target.startsWith("/") ? "" : link.substring(0, Math.max(link.lastIndexOf('/'), 0));
    for (String name : (start + "/" + target).split("/", -1)) {
      if (name.equals("..")) {
        if (!names.isEmpty()) {
          names.removeLast();
        }
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return String.join("/", names);
  }
}
