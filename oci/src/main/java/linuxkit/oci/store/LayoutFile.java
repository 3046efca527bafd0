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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.base.own.PlainFile;
import linuxkit.base.own.SharedFolder;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;

/**
 * The {@code index.json} of the store, and the lock around it: the record lock on {@code .lock}
 * that LinuxKit takes too, with a lock among this process's threads, which record locks do not
 * part.
 */
final class LayoutFile {
  private static final JsonFormat FORMAT = JsonFormat.indented(3).withHtmlSafe();
  private static final ConcurrentHashMap<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

  private static final String LOCK = ".lock";
  private static final String INDEX = "index.json";

  private final SharedFolder root;
  private final Path file;
  private final Path lockFile;
  private final ReentrantLock threads;

  LayoutFile(SharedFolder root) throws IOException {
    this.root = root;
    this.file = root.path().resolve(INDEX);
    this.lockFile = root.path().resolve(LOCK);
    this.threads = LOCKS.computeIfAbsent(root.path().toRealPath(), _ -> new ReentrantLock());
  }

  /**
   * Makes an empty list of images where there is none. A full disk is not a failure: without the
   * file the list is empty too, and whoever frees space must be able to open the store.
   */
  void createWhenMissing() {
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
    return JsonObject.builder()
        .put("schemaVersion", 2)
        .put("mediaType", MediaTypes.OCI_INDEX)
        .put("manifests", List.of())
        .build();
  }

  byte[] bytes() {
    if (threads.isHeldByCurrentThread()) {
      return content();
    }
    // Other tools may write the file in place, so even reading asks for the lock where it can.
    return Files.isWritable(lockFile) ? locked(this::content) : content();
  }

  /** The path, for failures. */
  String where() {
    return file.toString();
  }

  /** Replaces the list of images; other readers see the old one or the new one. */
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
    throw new ManifestFailure("it is JSON, but not an object", where(), "");
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
    // Of all the store's files this is the one that nobody else has: a power cut must not empty it.
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
   * Deletes what processes left that were killed while they wrote here. Only who has the lock may
   * tell that from what another one is just writing.
   *
   * @return how much that was, in bytes
   */
  long deleteUnfinished() {
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
