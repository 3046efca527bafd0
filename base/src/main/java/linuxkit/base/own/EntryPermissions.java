package linuxkit.base.own;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/**
 * Changes permissions of files and folders without following links, which may have taken their
 * place. {@link Files} cannot: it follows links even with the option not to.
 */
public final class EntryPermissions {
  private EntryPermissions() {}

  @FunctionalInterface
  private interface Change {
    void apply(PosixFileAttributeView view) throws IOException;
  }

  /**
   * Sets the permissions of a file or folder.
   *
   * @param permissions such as {@code rw-------}
   * @throws IOException if it is a link, or is not the user's
   */
  public static void set(Path file, String permissions) throws IOException {
    change(file, view -> view.setPermissions(PosixFilePermissions.fromString(permissions)));
  }

  /**
   * Gives a new file or folder of the user's to a group, which the user must be a member of.
   *
   * @throws IOException if it is a link, or is not the user's
   */
  static void share(Path file, GroupPrincipal group, Set<PosixFilePermission> permissions)
      throws IOException {
    change(
        file,
        view -> {
          if (!view.readAttributes().group().equals(group)) {
            view.setGroup(group);
          }
          view.setPermissions(permissions);
        });
  }

  private static void change(Path file, Change change) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      if (!(entries instanceof SecureDirectoryStream<Path> secure)) {
        throw new IOException("the file system has no permissions");
      }
      change.apply(
          secure.getFileAttributeView(
              Objects.requireNonNull(file.getFileName()),
              PosixFileAttributeView.class,
              LinkOption.NOFOLLOW_LINKS));
    }
  }
}
