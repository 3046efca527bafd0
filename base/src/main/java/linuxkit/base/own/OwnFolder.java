package linuxkit.base.own;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import linuxkit.base.AtomicFile;
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
  private static final FileAttribute<Set<PosixFilePermission>> FOLDER_MODE = mode("rwx------");
  private static final FileAttribute<Set<PosixFilePermission>> PARENT_MODE = mode("rwxr-xr-x");
  private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE = mode("rw-------");

  private final Path path;

  private OwnFolder(Path path) {
    this.path = path;
  }

  private static FileAttribute<Set<PosixFilePermission>> mode(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  /**
   * Returns a folder, and creates it and its parents if they are missing.
   *
   * @param otherwise how to use another folder, in the imperative, for the hint of a failure
   * @throws OwnFolderFailure if the folder cannot be trusted
   * @throws FileFailure if the folder cannot be created or examined
   */
  public static OwnFolder make(Path path, String otherwise) {
    try {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        create(path);
      }
      return check(path, otherwise);
    } catch (IOException e) {
      throw FileFailure.of("cannot create", path, e);
    }
  }

  /** Returns a folder as {@link #make} does; empty if it is missing. */
  public static Optional<OwnFolder> find(Path path, String otherwise) {
    try {
      return Optional.of(check(path, otherwise));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw FileFailure.of("cannot open", path, e);
    }
  }

  private static void create(Path path) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent, PARENT_MODE);
    }
    try {
      Files.createDirectory(path, FOLDER_MODE);
    } catch (FileAlreadyExistsException _) {
      // Another process was faster: its folder is checked as any other.
    }
  }

  private static OwnFolder check(Path path, String otherwise) throws IOException {
    Path absolute = path.toAbsolutePath();
    PathLinks.check(absolute, otherwise);
    UnixAttributes found = UnixAttributes.of(absolute);
    if (found.isLink()) {
      throw new OwnFolderFailure(
          "the folder is a symbolic link", path, "name the folder it leads to, or " + otherwise);
    }
    if (!found.isFolder()) {
      throw new OwnFolderFailure("not a folder", path, otherwise);
    }
    if (!found.isTrusted()) {
      throw new OwnFolderFailure(
          "the folder belongs to another user (number " + found.user() + ")", path, otherwise);
    }
    if (found.mayOthersWrite()) {
      throw new OwnFolderFailure(
          "other users may write to the folder",
          path,
          "check what it holds and run chmod go-w " + path + ", or " + otherwise);
    }
    return new OwnFolder(absolute);
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
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/")) {
      throw new IllegalArgumentException("not the name of an entry: " + name);
    }
    return path.resolve(name);
  }

  /**
   * Returns a folder within this one, under the same rule. It is created if it is missing.
   *
   * @throws OwnFolderFailure if the folder cannot be trusted
   */
  public OwnFolder folder(String name) {
    return make(file(name), "remove it");
  }

  /**
   * Opens a regular file. A file that is created gets the mode 0600.
   *
   * @throws NoSuchFileException if it is missing and the options do not create it
   * @throws IOException if it is a link, a pipe or another user's, or cannot be opened
   */
  public FileChannel open(String name, OpenOption... options) throws IOException {
    Path file = file(name);
    Set<OpenOption> all = new HashSet<>(Arrays.asList(options));
    check(file, all.contains(StandardOpenOption.WRITE));
    all.add(LinkOption.NOFOLLOW_LINKS);
    return FileChannel.open(file, all, FILE_MODE);
  }

  /** Throws an exception if there is an entry that is not to be opened. */
  private static void check(Path file, boolean written) throws IOException {
    UnixAttributes found;
    try {
      found = UnixAttributes.of(file);
    } catch (NoSuchFileException _) {
      return;
    }
    if (!found.isRegularFile()) {
      throw refused(file, found.isLink() ? "a symbolic link" : "not a regular file");
    }
    if (!found.isTrusted()) {
      throw refused(file, "the file belongs to another user");
    }
    if (written && found.links() > 1) {
      throw refused(file, "the file has a second name (hard link)");
    }
  }

  private static FileSystemException refused(Path file, String reason) {
    return new FileSystemException(file.toString(), null, reason);
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
        throw refused(file(name), "the file is larger than " + limit + " bytes");
      }
      return Optional.of(bytes);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /** Writes a file at once, and replaces what had its name, a link included. */
  public void write(String name, byte[] bytes) throws IOException {
    try (AtomicFile file = AtomicFile.createPrivate(file(name))) {
      file.stream().write(bytes);
      file.commit();
    }
  }

  /** Deletes an entry that is not a folder, if it exists. Of a link, only the link is deleted. */
  public void delete(String name) throws IOException {
    Path file = file(name);
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(file, "Is a directory");
    }
    Files.deleteIfExists(file);
  }
}
