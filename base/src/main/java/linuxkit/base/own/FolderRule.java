package linuxkit.base.own;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** The rule for folders that belong to this program; see {@link OwnFolder}. */
final class FolderRule {
  private FolderRule() {}

  /** Creates a folder and its parents if they are missing. */
  static void create(Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent, OwnFolder.PARENT_MODE);
    }
    try {
      Files.createDirectory(path, OwnFolder.FOLDER_MODE);
    } catch (FileAlreadyExistsException _) {
      // Another process was faster: its folder is checked as any other.
    }
  }

  /**
   * Checks that a path leads to a real folder, through no link of another user's.
   *
   * @throws IOException if it is missing, not a folder, or cannot be examined
   */
  static UnixAttributes checkKind(Path absolute, String otherwise) throws IOException {
    PathLinks.check(absolute, otherwise);
    return checkEntryKind(absolute, otherwise);
  }

  /** Checks that the last name of a path is a real folder. The caller has checked the others. */
  static UnixAttributes checkEntryKind(Path absolute, String otherwise) throws IOException {
    UnixAttributes found = UnixAttributes.of(absolute);
    if (found.isLink()) {
      throw new OwnFolderFailure(
          "the folder is a symbolic link",
          absolute,
          "name the folder it leads to, or " + otherwise);
    }
    if (!found.isFolder()) {
      throw new NotDirectoryException(absolute.toString());
    }
    return found;
  }

  /** Checks that only the user and root can have changed a folder. */
  static void checkOwner(
      Path absolute, UnixAttributes found, OwnFolder.Trust trust, String otherwise)
      throws IOException {
    if (!found.isTrusted()) {
      throw new OwnFolderFailure(
          "the folder belongs to another user (number " + found.user() + ")",
          absolute,
          "check what it holds and run 'chown -R "
              + CurrentUser.id()
              + " "
              + absolute
              + "', or "
              + otherwise);
    }
    if (found.mayOthersWrite()
        && !(trust == OwnFolder.Trust.VERIFIED && tighten(absolute, found))) {
      throw new OwnFolderFailure(
          "other users may write to the folder",
          absolute,
          "check what it holds and run 'chmod go-w " + absolute + "', or " + otherwise);
    }
  }

  /**
   * Takes write permission from a user's private group, which a umask of 002 gives to it. By
   * convention, such a group has the user's number and no other members.
   */
  private static boolean tighten(Path absolute, UnixAttributes found) throws IOException {
    if (!found.isOwn() || found.mayEverybodyWrite() || found.group() != found.user()) {
      return false;
    }
    Set<PosixFilePermission> mode =
        EnumSet.copyOf(Files.getPosixFilePermissions(absolute, LinkOption.NOFOLLOW_LINKS));
    mode.remove(PosixFilePermission.GROUP_WRITE);
    EntryPermissions.set(absolute, PosixFilePermissions.toString(mode));
    return true;
  }
}
