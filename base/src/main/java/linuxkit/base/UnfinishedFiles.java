package linuxkit.base;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** The temporary files of this process, which Ctrl-C must not leave behind. */
final class UnfinishedFiles {
  private static final Set<Path> FILES = ConcurrentHashMap.newKeySet();
  private static final Lock OPEN = new ReentrantLock();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(UnfinishedFiles::delete));
  }

  private UnfinishedFiles() {}

  /** Opens a new file, unless this process is about to end: then it waits for that. */
  static FileChannel create(Path file) throws IOException {
    OPEN.lock();
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FILES.add(file.toAbsolutePath());
      return channel;
    } finally {
      OPEN.unlock();
    }
  }

  static void remove(Path file) {
    FILES.remove(file.toAbsolutePath());
  }

  // Other threads go on meanwhile: the lock stays taken, for what they made now would stay.
  private static void delete() {
    OPEN.lock();
    for (Path file : FILES) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException _) {
        // The process is ending: there is nobody left to tell.
      }
    }
  }
}
