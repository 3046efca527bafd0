package linuxkit.base;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Removes the temporary files of this process when it ends, also by Ctrl-C. */
final class UnfinishedFiles {
  private static final Set<Path> FILES = ConcurrentHashMap.newKeySet();
  private static final Lock OPEN = new ReentrantLock();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(UnfinishedFiles::delete));
  }

  private UnfinishedFiles() {}

  /** Opens a new file. While the process ends, this blocks until it has ended. */
  static FileChannel create(Path file, FileAttribute<?>... attributes) throws IOException {
    OPEN.lock();
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(
                  StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
              attributes);
      FILES.add(file.toAbsolutePath());
      return channel;
    } finally {
      OPEN.unlock();
    }
  }

  static void remove(Path file) {
    FILES.remove(file.toAbsolutePath());
  }

  // Other threads still run. The lock stays taken, since files that they created now would remain.
  private static void delete() {
    OPEN.lock();
    for (Path file : FILES) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException _) {
        // The process ends: no one can be informed.
      }
    }
  }
}
