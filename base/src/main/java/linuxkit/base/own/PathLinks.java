package linuxkit.base.own;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/** The symbolic links on the way to a file. */
public final class PathLinks {
  private static final int MOST = 40;

  private PathLinks() {}

  /** Decides about one link. */
  @FunctionalInterface
  private interface Visitor {
    void visit(Path link, UnixAttributes attributes) throws IOException;
  }

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
    follow(
        folder,
        1,
        (link, found) -> {
          if (!found.isTrusted() && !isUnmapped(link, found)) {
            throw new OwnFolderFailure(
                "the path leads through a symbolic link of another user: " + link,
                folder,
                otherwise);
          }
        });
  }

  /**
   * Returns whether a link may be root's, seen from a user namespace that does not map root: its
   * owner has no number here, and not everybody can have made it.
   */
  private static boolean isUnmapped(Path link, UnixAttributes found) throws IOException {
    return found.isUnmapped()
        && !UnixAttributes.of(Objects.requireNonNull(link.getParent())).mayEverybodyWrite();
  }

  /**
   * Checks the links on the way to an output, its last name included, as the kernel does if {@code
   * fs.protected_symlinks} is set: in a folder where everybody may create files, such as {@code
   * /tmp}, only the links of the user and of the folder's owner are followed.
   *
   * @throws OwnFolderFailure if a link belongs to somebody else
   * @throws IOException if the path cannot be followed
   */
  public static void checkOutput(Path output) throws IOException {
    try {
      follow(
          output.toAbsolutePath(),
          0,
          (link, found) -> {
            UnixAttributes folder = UnixAttributes.of(Objects.requireNonNull(link.getParent()));
            if (folder.isSticky()
                && folder.mayEverybodyWrite()
                && !found.isOwn()
                && found.user() != folder.user()) {
              throw new OwnFolderFailure(
                  "the symbolic link belongs to another user (number " + found.user() + ")",
                  link,
                  "remove it, or write to a folder of your own");
            }
          });
    } catch (NoSuchFileException _) {
      // The output is new.
    }
  }

  /**
   * @param path absolute
   * @param left how many names at its end are not looked at
   */
  private static void follow(Path path, int left, Visitor visitor) throws IOException {
    Deque<Path> rest = new ArrayDeque<>();
    path.forEach(rest::add);
    Path at = Objects.requireNonNull(path.getRoot());
    int links = 0;
    while (rest.size() > left) {
      Path next = at.resolve(rest.removeFirst()).normalize();
      UnixAttributes found = UnixAttributes.of(next);
      if (!found.isLink()) {
        at = next;
        continue;
      }
      visitor.visit(next, found);
      if (++links > MOST) {
        throw new FileSystemException(path.toString(), null, "too many symbolic links");
      }
      Path target = Files.readSymbolicLink(next);
      for (int i = target.getNameCount() - 1; i >= 0; i--) {
        rest.addFirst(target.getName(i));
      }
      Path root = target.getRoot();
      at = root == null ? at : root;
    }
  }
}
