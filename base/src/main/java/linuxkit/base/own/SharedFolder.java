package linuxkit.base.own;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import linuxkit.base.FileFailure;

/**
 * A folder that is either an {@link OwnFolder} or shared on purpose: it belongs to the user or to
 * root, and holds the file {@code .shared}, which also belongs to one of them and which nobody else
 * may write to. Only then may a group write to it. What lies in a shared folder is verified by its
 * readers; what cannot be verified is kept in a folder of each user's own.
 */
public final class SharedFolder {
  /** The name of the file that allows a group to write to the folder. */
  public static final String MARK = ".shared";

  /** The content of that file. Members of the group could rename any other file of its owner. */
  public static final String TEXT = "shared";

  private static final int LONGEST_MARK = 16;
  private static final Set<PosixFilePermission> EXECUTE =
      EnumSet.of(
          PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_EXECUTE);

  /** The group and permissions that a shared folder and what lies in it have. */
  private record Sharing(GroupPrincipal group, Set<PosixFilePermission> permissions) {
    static Sharing of(Path folder) throws IOException {
      PosixFileAttributes found =
          Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return new Sharing(found.group(), found.permissions());
    }
  }

  private final Path path;
  private final Optional<Sharing> sharing;

  private SharedFolder(Path path, Optional<Sharing> sharing) {
    this.path = path;
    this.sharing = sharing;
  }

  /**
   * Returns a folder, and creates a private one if it is missing.
   *
   * @param otherwise how to use another folder, in the imperative, for the hint of a failure
   * @throws OwnFolderFailure if the folder cannot be trusted
   * @throws FileFailure if the folder cannot be created or examined
   */
  public static SharedFolder make(Path path, String otherwise) {
    Path absolute = path.toAbsolutePath();
    try {
      FolderRule.create(path);
      UnixAttributes found = FolderRule.checkKind(absolute, otherwise);
      boolean shared = found.isTrusted() && !found.mayEverybodyWrite() && isMarked(absolute);
      if (!shared) {
        FolderRule.checkOwner(
            absolute,
            found,
            OwnFolder.Trust.VERIFIED,
            found.isTrusted()
                ? otherwise
                    + "; for a group, its owner runs 'echo "
                    + TEXT
                    + " > "
                    + absolute.resolve(MARK)
                    + "'"
                : otherwise);
      }
      return new SharedFolder(
          absolute, shared ? Optional.of(Sharing.of(absolute)) : Optional.empty());
    } catch (IOException e) {
      throw FileFailure.of("cannot create", path, e);
    }
  }

  private static boolean isMarked(Path folder) throws IOException {
    try {
      UnixAttributes mark = UnixAttributes.of(folder.resolve(MARK));
      return mark.isRegularFile()
          && mark.isTrusted()
          && !mark.mayOthersWrite()
          && Files.size(folder.resolve(MARK)) <= LONGEST_MARK
          && Files.readString(folder.resolve(MARK), StandardCharsets.ISO_8859_1)
              .strip()
              .equals(TEXT);
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  /**
   * Returns the path of a folder within a folder that may be shared, for the files of this user
   * alone: of the given name, with the user's number if the outer folder is shared.
   */
  public static Path ownPath(Path folder, String name) {
    try {
      return folder.resolve(isMarked(folder) ? name + "-" + CurrentUser.id() : name);
    } catch (IOException _) {
      return folder.resolve(name);
    }
  }

  /** Returns the absolute path. */
  public Path path() {
    return path;
  }

  public boolean isShared() {
    return sharing.isPresent();
  }

  /**
   * Returns a folder within this one, shared as this one is; it is created if it is missing. In a
   * shared folder it may belong to any user, but is not a link.
   *
   * @throws OwnFolderFailure if the folder cannot be trusted
   * @throws FileFailure if the folder cannot be created or examined
   */
  public SharedFolder folder(String name) {
    Path inner = OwnFolder.entry(path, name);
    if (sharing.isEmpty()) {
      return new SharedFolder(
          OwnFolder.make(inner, OwnFolder.Trust.VERIFIED, "remove it").path(), sharing);
    }
    try {
      if (!Files.exists(inner, LinkOption.NOFOLLOW_LINKS)) {
        try {
          Files.createDirectory(inner);
          EntryPermissions.share(inner, sharing.get().group(), sharing.get().permissions());
        } catch (FileAlreadyExistsException _) {
          // Another process was faster.
        }
      }
      FolderRule.checkKind(inner, "remove it");
      return new SharedFolder(inner, sharing);
    } catch (IOException e) {
      throw FileFailure.of("cannot create", inner, e);
    }
  }

  /**
   * Opens a regular file; see {@link OwnFolder#open}. In a shared folder, it may belong to any
   * user, and a new one may be written to by the group.
   */
  public FileChannel open(String name, OpenOption... options) throws IOException {
    Path file = OwnFolder.entry(path, name);
    boolean missing = isShared() && !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    FileChannel channel = Entries.open(file, !isShared(), OwnFolder.FILE_MODE, options);
    if (missing) {
      share(file, sharing.orElseThrow());
    }
    return channel;
  }

  private static void share(Path file, Sharing sharing) throws IOException {
    Set<PosixFilePermission> permissions = EnumSet.copyOf(sharing.permissions());
    permissions.removeAll(EXECUTE);
    UnixAttributes found = UnixAttributes.of(file);
    if (found.isOwn() && found.isRegularFile()) {
      EntryPermissions.share(file, sharing.group(), permissions);
    }
  }
}
