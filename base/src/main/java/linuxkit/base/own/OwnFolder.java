package linuxkit.base.own;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import linuxkit.base.AtomicFile;
import linuxkit.base.Failure;
import linuxkit.base.FileFailure;

/**
 * A folder that this program keeps files in and that nobody but the user and root can change. It is
 * a real folder, not a symbolic link; it belongs to the user or to root; and no other user may
 * write to it. A new folder gets the mode 0700. Symbolic links on the way to it must belong to the
 * user or to root.
 *
 * <p>Entries are opened without following links, and only if they are regular files, so that
 * neither a link leads elsewhere nor a pipe blocks. They must belong to the user or to root as
 * well. New entries get the mode 0600.
 */
public final class OwnFolder {
  static final FileAttribute<Set<PosixFilePermission>> FOLDER_MODE = mode("rwx------");
  static final FileAttribute<Set<PosixFilePermission>> PARENT_MODE = mode("rwxr-xr-x");
  static final FileAttribute<Set<PosixFilePermission>> FILE_MODE = mode("rw-------");

  /** Degree of trust of a reader in the files of a folder. */
  public enum Trust {
    /** They are believed as they are. */
    BELIEVED,
    /**
     * They are verified whenever they are read. Therefore, a folder that the user's private group
     * may write to, as a umask of 002 has it, is not refused: the permission is taken away.
     */
    VERIFIED
  }

  private static final int OTHERS = 0077;

  private final Path path;
  private final Trust trust;

  private OwnFolder(Path path, Trust trust) {
    this.path = path;
    this.trust = trust;
  }

  private static FileAttribute<Set<PosixFilePermission>> mode(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  /**
   * Checks that only the user and root can replace a folder, because nobody else can write to the
   * folders above it. In a sticky folder, only an entry's owner can rename it.
   *
   * @param otherwise what else the user can do, for the hint
   * @throws OwnFolderFailure if others can write to one of them
   */
  public static void checkParents(Path path, String otherwise) {
    try {
      Path parent = path.toAbsolutePath().normalize().getParent();
      for (Path above = parent == null ? null : parent.toRealPath();
          above != null;
          above = above.getParent()) {
        UnixAttributes found = UnixAttributes.of(above);
        boolean byMode =
            found.mayEverybodyWrite() || (found.mayGroupWrite() && found.group() != found.user());
        boolean byOwner = !found.isTrusted() && !PathLinks.mayBeOfRoot(above, found);
        if (byOwner || (byMode && !found.isSticky())) {
          throw new OwnFolderFailure(
              "other users can replace the folder: they can write to " + above, path, otherwise);
        }
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot examine the folders above", path, e);
    }
  }

  /** Returns whether others may be able to replace a folder; see {@link #checkParents}. */
  public static boolean canOthersReplace(Path path) {
    try {
      checkParents(path, "");
      return false;
    } catch (Failure _) {
      return true;
    }
  }

  /**
   * Checks that only the user and root can change a file or put another one in its place, so that
   * whoever opens it later finds what was examined.
   *
   * @param otherwise what else the user can do, for the hint
   * @throws OwnFolderFailure if others can
   */
  public static void checkFile(Path file, String otherwise) {
    try {
      PathLinks.check(file.toAbsolutePath(), otherwise);
      Path real = file.toRealPath();
      UnixAttributes found = UnixAttributes.of(real);
      boolean byMode =
          found.mayEverybodyWrite() || (found.mayGroupWrite() && found.group() != found.user());
      if (byMode || (!found.isTrusted() && !PathLinks.mayBeOfRoot(real, found))) {
        throw new OwnFolderFailure("other users can change the file", file, otherwise);
      }
      checkParents(real, otherwise);
    } catch (IOException e) {
      throw FileFailure.of("cannot examine", file, e);
    }
  }

  /** Returns a folder with files that are believed; see the other method of this name. */
  public static OwnFolder make(Path path, String otherwise) {
    return make(path, Trust.BELIEVED, otherwise);
  }

  /**
   * Returns a folder, and creates it and its parents if they are missing.
   *
   * @param otherwise how to use another folder, in the imperative, for the hint of a failure
   * @throws OwnFolderFailure if the folder cannot be trusted
   * @throws FileFailure if the folder cannot be created or examined
   */
  public static OwnFolder make(Path path, Trust trust, String otherwise) {
    try {
      FolderRule.create(path);
      return check(path, trust, otherwise);
    } catch (IOException e) {
      throw FileFailure.of("cannot create", path, e, otherwise);
    }
  }

  /** Returns a folder with files that are believed; empty if it is missing. */
  public static Optional<OwnFolder> find(Path path, String otherwise) {
    return find(path, Trust.BELIEVED, otherwise);
  }

  /** Returns a folder as {@link #make} does; empty if it is missing. */
  public static Optional<OwnFolder> find(Path path, Trust trust, String otherwise) {
    try {
      return Optional.of(check(path, trust, otherwise));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw FileFailure.of("cannot open", path, e);
    }
  }

  private static OwnFolder check(Path path, Trust trust, String otherwise) throws IOException {
    Path absolute = path.toAbsolutePath();
    FolderRule.checkOwner(absolute, FolderRule.checkKind(absolute, otherwise), trust, otherwise);
    return new OwnFolder(absolute, trust);
  }

  /**
   * Takes all permissions on the folder from other users, as for a folder that an earlier version
   * of this program made.
   */
  public void hide() throws IOException {
    UnixAttributes found = UnixAttributes.of(path);
    if (found.isOwn() && (found.mode() & OTHERS) != 0) {
      EntryPermissions.set(path, "rwx------");
    }
  }

  /** Returns the absolute path. */
  public Path path() {
    return path;
  }

  /**
   * Returns the path of an entry.
   *
   * @param name one name, without a slash
   */
  public Path file(String name) {
    return entry(path, name);
  }

  static Path entry(Path folder, String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/")) {
      throw new IllegalArgumentException("not the name of an entry: " + name);
    }
    return folder.resolve(name);
  }

  /**
   * Returns a folder within this one, under the same rule. It is created if it is missing.
   *
   * @throws OwnFolderFailure if the folder cannot be trusted
   */
  public OwnFolder folder(String name) {
    Path inner = file(name);
    try {
      FolderRule.create(inner);
      FolderRule.checkOwner(
          inner, FolderRule.checkEntryKind(inner, "remove it"), trust, "remove it");
      return new OwnFolder(inner, trust);
    } catch (IOException e) {
      throw FileFailure.of("cannot create", inner, e, "remove it");
    }
  }

  /**
   * Opens a regular file. A file that is created gets the mode 0600.
   *
   * @throws NoSuchFileException if it is missing and the options do not create it
   * @throws IOException if it is a link, a pipe or another user's, or cannot be opened; if it is to
   *     be written to, also if it is a hard link
   */
  public FileChannel open(String name, OpenOption... options) throws IOException {
    return Entries.open(file(name), true, FILE_MODE, options);
  }

  /**
   * Returns the bytes of a file; empty if it is missing.
   *
   * @param limit the largest size, in bytes
   * @throws IOException as {@link #open}, or if the file is larger
   */
  public Optional<byte[]> read(String name, int limit) throws IOException {
    try (FileChannel channel = open(name, StandardOpenOption.READ)) {
      byte[] bytes = Channels.newInputStream(channel).readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw Entries.refused(file(name), "the file is larger than " + limit + " bytes");
      }
      return Optional.of(bytes);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /** Begins a file that replaces what has its name, a link included. */
  public AtomicFile begin(String name) throws IOException {
    return AtomicFile.createPrivate(file(name));
  }

  /** Writes a file at once; see {@link #begin}. */
  public void write(String name, byte[] bytes) throws IOException {
    try (AtomicFile file = begin(name)) {
      file.stream().write(bytes);
      file.commit();
    }
  }

  /** Deletes an entry that is not a folder, if it exists. Of a link, only the link is deleted. */
  public void delete(String name) throws IOException {
    Path file = file(name);
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      throw Entries.refused(file, "Is a directory");
    }
    Files.deleteIfExists(file);
  }
}
