package linuxkit.oci.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.base.FileStamp;
import linuxkit.base.own.PlainFile;
import linuxkit.base.own.SharedFolder;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ManifestFailure;

/**
 * The {@code index.json} of the store and its lock: LinuxKit's record lock on {@code .lock}, and a
 * lock for the threads of this process, because record locks do not exclude threads.
 */
final class LayoutFile {
  private static final JsonFormat FORMAT = JsonFormat.indented(3).withHtmlSafe();
  private static final ConcurrentHashMap<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

  private static final String LOCK = ".lock";
  private static final String INDEX = "index.json";

  // In milliseconds; clocks of file systems advance at least every ten, or every two seconds.
  private static final long SETTLED = 5000;

  private final SharedFolder root;
  private final Path file;
  private final Path lockFile;
  private final ReentrantLock threads;

  /**
   * Creates the file's accessor; reads nothing.
   *
   * @param root a directory that exists
   */
  LayoutFile(SharedFolder root) throws IOException {
    this.root = root;
    this.file = root.path().resolve(INDEX);
    this.lockFile = root.path().resolve(LOCK);
    this.threads = LOCKS.computeIfAbsent(root.path().toRealPath(), _ -> new ReentrantLock());
  }

  /**
   * Creates an empty list of images if it is missing. A full disk is not a failure: a missing list
   * is also empty, and a user who wants to free space must be able to open the store.
   */
  void createIfMissing() {
    Path layout = file.resolveSibling("oci-layout");
    if (exists(file) && exists(layout)) {
      return;
    }
    try {
      locked(
          () -> {
            if (!exists(layout)) {
              write(layout);
            }
            if (!exists(file)) {
              write(empty());
            }
            return true;
          });
    } catch (FileFailure e) {
      if (!e.isOfFullDisk()) {
        throw e;
      }
    }
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static JsonObject empty() {
    return ImageIndex.json(List.of());
  }

  byte[] bytes() {
    if (threads.isHeldByCurrentThread()) {
      return content();
    }
    // Other tools may write the file in place, so reading takes the lock too if possible.
    return Files.isWritable(lockFile) ? locked(this::content) : content();
  }

  /**
   * Returns a stamp by which a later one shows that nobody has written to the file since. Empty if
   * it could miss a change: the clock of the file system is coarse, so a second change soon after
   * the first may leave the same stamp. Also empty while this thread changes the file.
   */
  Optional<FileStamp> settledStamp() {
    if (threads.isHeldByCurrentThread()) {
      return Optional.empty();
    }
    try {
      FileStamp stamp = FileStamp.of(file);
      long age = System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(stamp.changed());
      return age > SETTLED ? Optional.of(stamp) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /** Returns the path, for failures. */
  String where() {
    return file.toString();
  }

  /** Replaces the list of images atomically: other readers see the old or the new list. */
  void update(UnaryOperator<List<Json>> change) {
    locked(
        () -> {
          LinkedHashMap<String, Json> members = new LinkedHashMap<>(read().members());
          List<Json> manifests =
              members.get("manifests") instanceof JsonArray array ? array.elements() : List.of();
          members.put("manifests", new JsonArray(change.apply(new ArrayList<>(manifests))));
          write(new JsonObject(members));
          return true;
        });
  }

  private JsonObject read() {
    if (Json.parse(content(), where()) instanceof JsonObject object) {
      return object;
    }
    throw new ManifestFailure("the document is not a JSON object", where(), "");
  }

  private byte[] content() {
    try {
      return PlainFile.read(file, ImageStore.MAX_DOCUMENT);
    } catch (NoSuchFileException _) {
      return FORMAT.bytes(empty());
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  private void write(JsonObject index) {
    // This is the only file of the store that cannot be fetched again, so a power cut must not
    // truncate it.
    byte[] bytes = FORMAT.bytes(index);
    try (AtomicFile written = AtomicFile.create(file)) {
      written.stream().write(bytes);
      written.channel().force(true);
      written.commit();
    } catch (IOException e) {
      FileFailure failure = FileFailure.of("cannot write", file, e);
      if (!failure.isOfFullDisk() || !overwrite(bytes)) {
        throw failure;
      }
    }
  }

  /**
   * Writes a list that is not longer over the old one, which needs no space: otherwise, images
   * could not be removed from a full disk. Other processes wait for the lock before they read.
   */
  private boolean overwrite(byte[] index) {
    try (FileChannel channel = root.open(INDEX, StandardOpenOption.WRITE)) {
      if (index.length > channel.size()) {
        return false;
      }
      ByteBuffer buffer = ByteBuffer.wrap(index);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.truncate(index.length);
      channel.force(true);
      return true;
    } catch (IOException _) {
      // The first failure is the one to report.
      return false;
    }
  }

  private static void write(Path layout) {
    try {
      AtomicFile.write(
          layout,
          JsonFormat.indented(4)
              .bytes(JsonObject.builder().put("imageLayoutVersion", "1.0.0").build()));
    } catch (IOException e) {
      throw FileFailure.of("cannot write", layout, e);
    }
  }

  /**
   * Deletes temporary files of killed processes. The lock ensures that no other process is using
   * them.
   *
   * @return the number of bytes freed
   */
  long deleteTemporaryFiles() {
    return locked(
        () ->
            Housekeeping.delete(
                root.path(), ".", 1, name -> name.startsWith(".") && name.endsWith(".tmp")));
  }

  private <T> T locked(Supplier<T> work) {
    threads.lock();
    try (FileChannel channel =
            root.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      return work.get();
    } catch (IOException e) {
      throw FileFailure.of("cannot lock", lockFile, e);
    } finally {
      threads.unlock();
    }
  }
}
