package linuxkit.base.own;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.BiPredicate;

/**
 * Deletes files in folders that others may change at the same time. Each folder is opened within
 * the one above it, without following links, so that nothing outside is ever deleted.
 */
public final class FolderFiles {
  private FolderFiles() {}

  /**
   * Deletes files within a folder and the folders below it. Folders stay. Of a link, only the link
   * is deleted. Other users' folders that cannot be read are skipped.
   *
   * @param root a folder, which is not checked for being a link
   * @param name of the folder in {@code root}; nothing happens if it is missing
   * @param depth how many levels below it to search; 1 for the files of the folder itself
   * @param unwanted is given the name of a folder and the name of an entry in it
   * @return the size of what was deleted, in bytes
   */
  public static long delete(Path root, String name, int depth, BiPredicate<String, String> unwanted)
      throws IOException {
    Path folder = Path.of(name);
    try (DirectoryStream<Path> outer = Files.newDirectoryStream(root)) {
      // Every Linux file system has descriptors of folders.
      return outer instanceof SecureDirectoryStream<Path> secure
          ? within(secure, folder, depth, unwanted)
          : 0;
    }
  }

  private static long within(
      SecureDirectoryStream<Path> outer,
      Path folder,
      int depth,
      BiPredicate<String, String> unwanted)
      throws IOException {
    if (!isFolder(outer, folder)) {
      return 0;
    }
    long freed = 0;
    try (SecureDirectoryStream<Path> entries =
        outer.newDirectoryStream(folder, LinkOption.NOFOLLOW_LINKS)) {
      for (Path entry : entries) {
        Path name = entry.getFileName();
        if (isFolder(entries, name)) {
          freed += depth > 1 ? within(entries, name, depth - 1, unwanted) : 0;
        } else if (unwanted.test(folder.toString(), name.toString())) {
          freed += delete(entries, name);
        }
      }
    } catch (NoSuchFileException | AccessDeniedException _) {
      // It is gone already, or another user's.
    }
    return freed;
  }

  private static boolean isFolder(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    try {
      return attributes(folder, name).isDirectory();
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  private static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    return folder
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }

  private static long delete(SecureDirectoryStream<Path> folder, Path name) throws IOException {
    try {
      long size = attributes(folder, name).size();
      folder.deleteFile(name);
      return size;
    } catch (NoSuchFileException _) {
      // Another process was faster.
      return 0;
    }
  }
}
