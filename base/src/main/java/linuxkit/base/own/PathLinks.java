package linuxkit.base.own;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;

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
          if (!found.isTrusted() && !mayBeOfRoot(link, found)) {
            throw new OwnFolderFailure(
                "the path leads through a symbolic link of another user: " + link,
                folder,
                otherwise);
          }
        });
  }

  /**
   * Returns whether a link or folder may be root's, seen from a user namespace that does not map
   * root: its owner has no number here, and there is no folder above it in which others create
   * files. Folders of other users in {@code /home} look like root's there.
   */
  static boolean mayBeOfRoot(Path file, UnixAttributes found) throws IOException {
    if (!found.isUnmapped()) {
      return false;
    }
    for (Path above = file.getParent(); above != null; above = above.getParent()) {
      if (UnixAttributes.of(above).mayOthersWrite()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the place that an output leads to, through no further link. Checks the links on the way
   * to it, its last name included, as the kernel does if {@code fs.protected_symlinks} is set: in a
   * folder where everybody may create files, such as {@code /tmp}, only the links of the user and
   * of the folder's owner are followed. A caller that opens the place instead of the output cannot
   * be sent elsewhere by who exchanges a link in the meantime.
   *
   * @return empty if it leads to {@code /dev} or {@code /proc}, where links lead to open files
   * @throws OwnFolderFailure if a link belongs to somebody else
   * @throws IOException if the path cannot be followed, or the folder of the place is missing
   */
  public static Optional<Path> output(Path output) throws IOException {
    Path place =
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
    return isOfKernel(place) ? Optional.empty() : Optional.of(place);
  }

  private static boolean isOfKernel(Path path) {
    return path.startsWith("/proc") || (path.startsWith("/dev") && !path.startsWith("/dev/shm"));
  }

  /**
   * Returns where a path leads.
   *
   * @param path absolute
   * @param left how many names at its end are not looked at; with 0, the last one may be missing,
   *     and nothing below {@code /dev} and {@code /proc} is looked at
   */
  private static Path follow(Path path, int left, Visitor visitor) throws IOException {
    Deque<Path> rest = new ArrayDeque<>();
    path.forEach(rest::add);
    Path at = Objects.requireNonNull(path.getRoot());
    int links = 0;
    while (rest.size() > left) {
      Path next = at.resolve(rest.removeFirst()).normalize();
      if (left == 0 && isOfKernel(next)) {
        return next;
      }
      if (left == 0 && rest.isEmpty() && !Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
        return next;
      }
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
    return at;
  }
}
