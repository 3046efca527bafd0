package linuxkit.base.own;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Opens entries of folders that others may have prepared: regular files only, without following
 * links, so that neither a link leads elsewhere nor a pipe blocks.
 */
final class Entries {
  private Entries() {}

  /**
   * Opens a file.
   *
   * @param owned whether it must belong to the user or to root
   * @param mode of a file that is created
   * @throws NoSuchFileException if it is missing and the options do not create it
   * @throws IOException if it is not to be opened, or cannot be
   */
  static FileChannel open(Path file, boolean owned, FileAttribute<?> mode, OpenOption... options)
      throws IOException {
    Set<OpenOption> all = new HashSet<>(Arrays.asList(options));
    check(file, owned, all.contains(StandardOpenOption.WRITE));
    all.add(LinkOption.NOFOLLOW_LINKS);
    return FileChannel.open(file, all, mode);
  }

  private static void check(Path file, boolean owned, boolean written) throws IOException {
    UnixAttributes found;
    try {
      if (!owned && !written && isRegular(file)) {
        return;
      }
      found = UnixAttributes.of(file);
    } catch (NoSuchFileException _) {
      return;
    }
    if (!found.isRegularFile()) {
      throw refused(file, found.isLink() ? "a symbolic link" : "not a regular file");
    }
    if (owned && !found.isTrusted()) {
      throw refused(file, "the file belongs to another user");
    }
    if (written && found.links() > 1) {
      throw refused(file, "the file has a second name (hard link)");
    }
  }

  // Takes a third of the time of all attributes, for the blobs of an image.
  private static boolean isRegular(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isRegularFile();
  }

  static FileSystemException refused(Path file, String reason) {
    return new FileSystemException(file.toString(), null, reason);
  }
}
