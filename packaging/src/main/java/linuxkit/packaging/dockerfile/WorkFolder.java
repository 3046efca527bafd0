package linuxkit.packaging.dockerfile;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.own.OwnFolder;

/**
 * A folder for what builders read and write. It is deleted when it is closed, and when the process
 * ends before that, also by Ctrl-C. What a process leaves that is killed outright is deleted by a
 * later one.
 */
public final class WorkFolder implements AutoCloseable {
  private static final String PREFIX = "dockerfile";
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(WorkFolder::deleteOpen));
  }

  private final Path path;
  private final Progress progress;

  private WorkFolder(Path path, Progress progress) {
    this.path = path;
    this.progress = progress;
  }

  /**
   * Creates a folder.
   *
   * @param temporary the folder for it, made if it is missing
   * @throws linuxkit.base.Failure if {@code temporary} cannot be used
   */
  public static WorkFolder create(Path temporary, Progress progress) {
    try {
      Path parent =
          OwnFolder.make(temporary, OwnFolder.Trust.VERIFIED, "remove it").path().toAbsolutePath();
      deleteLeftovers(parent);
      Path path = Files.createTempDirectory(parent, PREFIX);
      OPEN.add(path);
      return new WorkFolder(path, progress);
    } catch (IOException e) {
      throw FileFailure.of("cannot create a temporary directory in", temporary, e);
    }
  }

  // No build of an image takes days.
  private static void deleteLeftovers(Path parent) throws IOException {
    Instant limit = Instant.now().minus(Duration.ofDays(3));
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path folder : folders) {
        if (Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS)
            .toInstant()
            .isBefore(limit)) {
          BuildContext.delete(folder);
        }
      }
    } catch (IOException _) {
      // Another process deletes them as well, or they are another user's: they do no harm.
    }
  }

  private static void deleteOpen() {
    for (Path folder : OPEN) {
      try {
        BuildContext.delete(folder);
      } catch (IOException _) {
        // The process ends: no one can be informed, and a later process tries again.
      }
    }
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    OPEN.remove(path);
    try {
      BuildContext.delete(path);
    } catch (IOException _) {
      progress.warn("The temporary directory " + path + " could not be removed.");
    }
  }
}
