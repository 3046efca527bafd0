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
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
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

  private final Path path;
  private final boolean shared;
  private final Set<PosixFilePermission> mode;

  private SharedFolder(Path path, boolean shared, Set<PosixFilePermission> mode) {
    this.path = path;
    this.shared = shared;
    this.mode = mode;
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
          absolute, shared, Files.getPosixFilePermissions(absolute, LinkOption.NOFOLLOW_LINKS));
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
    return shared;
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
    if (!shared) {
      return new SharedFolder(
          OwnFolder.make(inner, OwnFolder.Trust.VERIFIED, "remove it").path(), false, mode);
    }
    try {
      if (!Files.exists(inner, LinkOption.NOFOLLOW_LINKS)) {
        try {
          Files.createDirectory(inner);
          Files.setPosixFilePermissions(inner, mode);
        } catch (FileAlreadyExistsException _) {
          // Another process was faster.
        }
      }
      FolderRule.checkKind(inner, "remove it");
      return new SharedFolder(inner, true, mode);
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
    boolean missing = shared && !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    FileChannel channel = Entries.open(file, !shared, OwnFolder.FILE_MODE, options);
    if (missing) {
      share(file);
    }
    return channel;
  }

  private void share(Path file) throws IOException {
    Set<PosixFilePermission> permissions = EnumSet.copyOf(mode);
    permissions.removeAll(
        EnumSet.of(
            PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_EXECUTE));
    if (UnixAttributes.of(file).isOwn()) {
      Files.setPosixFilePermissions(file, permissions);
    }
  }
}
