package linuxkit.base;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A file on this machine could not be read, written or examined. */
public final class FileFailure extends Failure {
  private static final long serialVersionUID = 1;

  private FileFailure(String what, String file, String hint, IOException cause) {
    super(what, file, hint, cause);
  }

  /**
   * @param doing the failed action, as in {@code "cannot read"}
   */
  public static FileFailure of(String doing, Path file, IOException cause) {
    return of(doing, file.toString(), cause);
  }

  /**
   * @param otherwise another remedy, added to the hint
   */
  public static FileFailure of(String doing, Path file, IOException cause, String otherwise) {
    FileFailure failure = of(doing, file, cause);
    String hint = failure.hint().isEmpty() ? otherwise : failure.hint() + ", or " + otherwise;
    return new FileFailure(failure.what(), failure.where(), hint, cause);
  }

  /**
   * Makes the failure for a file whose path only the exception knows, such as a file of the cache
   * that holds a part of an image.
   *
   * @param doing the failed action and its object, as in {@code "cannot read the kernel"}
   */
  public static FileFailure of(String doing, IOException cause) {
    boolean known = cause instanceof FileSystemException fs && fs.getFile() != null;
    return of(doing, known ? ((FileSystemException) cause).getFile() : "", cause);
  }

  private static FileFailure of(String doing, String file, IOException cause) {
    return switch (cause) {
      case NoSuchFileException _, FileNotFoundException _ ->
          new FileFailure(doing + ": no such file or directory", file, "check the path", cause);
      case AccessDeniedException _ ->
          new FileFailure(doing + ": permission denied", file, ownerHint(file), cause);
      case FileAlreadyExistsException _ ->
          new FileFailure(
              doing + ": file already exists", file, "remove it or choose another name", cause);
      case NotDirectoryException _ ->
          new FileFailure(doing + ": not a directory", file, "check the path", cause);
      case DamagedFileException _ ->
          new FileFailure(
              doing + ": " + reason(cause), file, "try again: the file will be rebuilt", cause);
      default -> fromReason(doing, file, cause);
    };
  }

  /**
   * Names the folder of root's that keeps a user out of the user's own, which a command with {@code
   * sudo} leaves behind.
   */
  private static String ownerHint(String file) {
    String hint = "check its owner and mode, or run as its owner";
    try {
      Path path = Path.of(file).toAbsolutePath();
      int below = -1;
      for (Path each = path.getRoot(); each != null; each = next(each, path)) {
        if (!Files.exists(each, LinkOption.NOFOLLOW_LINKS)) {
          break;
        }
        int owner = (Integer) Files.getAttribute(each, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (owner == 0 && below > 0) {
          return each + " belongs to root: run 'sudo chown -R " + below + " " + each + "'";
        }
        below = owner;
      }
    } catch (IOException | InvalidPathException _) {
      // The usual hint is good enough.
    }
    return hint;
  }

  private static @Nullable Path next(Path at, Path end) {
    return at.getNameCount() == end.getNameCount()
        ? null
        : at.resolve(end.getName(at.getNameCount()));
  }

  /** Returns whether the file could not be written because there is no space left. */
  public boolean isOfFullDisk() {
    return getCause() instanceof IOException cause && isOfFullDisk(reason(cause));
  }

  // The JDK has no exception for a full disk: only the operating system's message shows it.
  private static boolean isOfFullDisk(String reason) {
    return reason.toLowerCase(Locale.ROOT).contains("no space left");
  }

  private static FileFailure fromReason(String doing, String file, IOException cause) {
    String reason = reason(cause);
    String hint =
        isOfFullDisk(reason) ? "free some space on that file system, or choose another place" : "";
    return new FileFailure(doing + ": " + reason, file, hint, cause);
  }

  private static String reason(IOException cause) {
    String reason =
        cause instanceof FileSystemException fs && fs.getReason() != null
            ? fs.getReason()
            : cause.getMessage();
    return reason == null ? cause.getClass().getSimpleName() : reason;
  }
}
