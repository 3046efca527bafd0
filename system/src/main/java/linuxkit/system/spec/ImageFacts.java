package linuxkit.system.spec;

import java.util.Optional;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/**
 * The facts in the files of an image that decide about its processes.
 *
 * @param raisesPrivileges whether a program has a set-id bit or capabilities of its own
 * @param passwd the image's {@code /etc/passwd}
 * @param group the image's {@code /etc/group}
 */
public record ImageFacts(
    boolean raisesPrivileges, Optional<Content> passwd, Optional<Content> group) {
  /** An image without files. */
  public static final ImageFacts NONE = new ImageFacts(false, Optional.empty(), Optional.empty());

  private static final int SET_UID = 04000;
  // Without the permission to execute, the bit meant mandatory locking.
  private static final int SET_GID = 02010;

  /** Reads the facts from the files of an image. */
  public static ImageFacts of(FileTree files) {
    return new ImageFacts(
        raises(files.root()), content(files, "etc/passwd"), content(files, "etc/group"));
  }

  private static boolean raises(FileTree.Entry entry) {
    if (entry.node() instanceof Node.RegularFile file) {
      int mode = file.metadata().permissions();
      return (mode & SET_UID) != 0
          || (mode & SET_GID) == SET_GID
          || file.metadata().xattrs().containsKey("security.capability");
    }
    for (FileTree.Entry child : entry.children()) {
      if (raises(child)) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Content> content(FileTree files, String path) {
    return files
        .find(path)
        .map(FileTree.Entry::node)
        .filter(Node.RegularFile.class::isInstance)
        .map(node -> ((Node.RegularFile) node).content());
  }
}
