package linuxkit.base.own;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** The symbolic links on the way to a folder. */
final class PathLinks {
  private static final int MOST = 40;

  private PathLinks() {}

  /**
   * Checks that each link on the way to a folder belongs to the user or to root. The last name of
   * the path is not followed.
   *
   * @param folder absolute
   * @param otherwise the hint of the failure
   * @throws OwnFolderFailure if a link belongs to somebody else
   * @throws IOException if the path cannot be followed
   */
  static void check(Path folder, String otherwise) throws IOException {
    Deque<Path> rest = new ArrayDeque<>();
    folder.forEach(rest::add);
    Path at = folder.getRoot();
    int links = 0;
    while (rest.size() > 1) {
      Path next = at.resolve(rest.removeFirst()).normalize();
      UnixAttributes found = UnixAttributes.of(next);
      if (!found.isLink()) {
        at = next;
        continue;
      }
      if (!found.isTrusted()) {
        throw new OwnFolderFailure(
            "the path leads through a symbolic link of another user: " + next, folder, otherwise);
      }
      if (++links > MOST) {
        throw new IOException("too many symbolic links: " + folder);
      }
      Path target = Files.readSymbolicLink(next);
      for (int i = target.getNameCount() - 1; i >= 0; i--) {
        rest.addFirst(target.getName(i));
      }
      at = target.isAbsolute() ? target.getRoot() : at;
    }
  }
}
