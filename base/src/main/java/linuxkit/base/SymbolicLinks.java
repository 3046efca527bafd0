package linuxkit.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Questions about the symbolic links on the way to a file. */
public final class SymbolicLinks {
  // Folders such as /tmp or /home/user may be links of the machine's administrator.
  private static final int MACHINE_DEPTH = 2;

  private SymbolicLinks() {}

  /**
   * Returns whether a symbolic link on the way to a file leads out of the folder that the link lies
   * in, so that whoever made the link chose a file that need not be his. Links to folders do not
   * count if they lie in the root folder or directly below it; a link that cannot be followed does.
   */
  public static boolean leadOut(Path file) {
    Path absolute = file.toAbsolutePath();
    Path folder = absolute.getRoot();
    for (int i = 0; i < absolute.getNameCount(); i++) {
      Path next = folder.resolve(absolute.getName(i));
      boolean last = i + 1 == absolute.getNameCount();
      if ((last || i >= MACHINE_DEPTH) && leadsOut(folder, next)) {
        return true;
      }
      folder = next;
    }
    return false;
  }

  private static boolean leadsOut(Path folder, Path link) {
    if (!Files.isSymbolicLink(link)) {
      return false;
    }
    try {
      return !link.toRealPath().startsWith(folder.toRealPath());
    } catch (IOException _) {
      return true;
    }
  }

  /**
   * Returns a path without symbolic links. As much of it as exists is resolved; the rest, if there
   * is any, follows as it was given.
   */
  public static Path resolve(Path file) {
    Path absolute = file.toAbsolutePath();
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    try {
      return absolute.toRealPath();
    } catch (IOException _) {
      return parent == null || name == null ? absolute : resolve(parent).resolve(name).normalize();
    }
  }
}
