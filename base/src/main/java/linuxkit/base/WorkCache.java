package linuxkit.base;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Files derived from content, each kept under the hash of what it was derived from. Nothing here is
 * worth keeping: what is missing, damaged, or of another version is made anew.
 *
 * <p>Usable from several threads and by several processes at once. Threads of one process that ask
 * for the same file wait for the first; processes may both make it, and the last one's stays.
 */
public final class WorkCache {
  private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{1,128}");

  /** Writes a file's payload; what it throws leaves no file behind. */
  @FunctionalInterface
  public interface Maker {
    /**
     * @param out buffered; it need not be closed
     */
    void make(OutputStream out) throws IOException;
  }

  private final Path directory;
  private final ConcurrentHashMap<String, Object> locks = new ConcurrentHashMap<>();
  private volatile @Nullable Path substitute;

  /**
   * @param directory created on first use; when nothing can be written there, a temporary directory
   *     takes its place and goes when the process ends
   */
  public WorkCache(Path directory) {
    this.directory = directory;
  }

  /**
   * The file, made when there is none that is whole. The whole payload is read and hashed here, so
   * that a damaged file is found before any of it is used.
   *
   * @param kind a short lower-case name
   * @param key lower-case hexadecimal digits: the hash of all that the payload depends on
   * @throws FileFailure when the file cannot be written, or the maker throws an IOException
   */
  public CachedFile get(String kind, String key, Maker maker) {
    synchronized (locks.computeIfAbsent(name(kind, key), _ -> new Object())) {
      Optional<CachedFile> found = find(kind, key);
      return found.isPresent() ? found.get() : make(name(kind, key), maker);
    }
  }

  /** The file, when there is one that is whole; see {@link #get}. */
  public Optional<CachedFile> find(String kind, String key) {
    String name = name(kind, key);
    Optional<CachedFile> found = look(directory, name);
    Path other = substitute;
    return found.isPresent() || other == null ? found : look(other, name);
  }

  private static String name(String kind, String key) {
    if (!KIND.matcher(kind).matches() || !KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("not a name in the cache: " + kind + "/" + key);
    }
    return kind + "/" + key;
  }

  private static Optional<CachedFile> look(Path directory, String name) {
    Path file = directory.resolve(name);
    try {
      Optional<CacheTrailer> trailer;
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        trailer = CacheTrailer.read(channel, name);
      }
      if (trailer.isEmpty()) {
        return Optional.empty();
      }
      CachedFile found = new CachedFile(file, trailer.get());
      found.writeTo(OutputStream.nullOutputStream());
      return Optional.of(found);
    } catch (IOException _) {
      // Missing, unreadable or damaged is the same here: it is made anew.
      return Optional.empty();
    }
  }

  private CachedFile make(String name, Maker maker) {
    AtomicFile file = create(name);
    try (file) {
      HashingOutput out = new HashingOutput(file);
      maker.make(out);
      out.flush();
      CacheTrailer trailer = out.trailer();
      file.stream().write(trailer.encode(name));
      file.commit();
      return new CachedFile(file.target(), trailer);
    } catch (IOException e) {
      throw FileFailure.of("cannot make", file.target(), e);
    }
  }

  private AtomicFile create(String name) {
    if (substitute == null) {
      try {
        return create(directory, name);
      } catch (IOException _) {
        // Read-only, another user's, or no directory at all: work goes on without keeping it.
      }
    }
    Path other = substitute();
    try {
      return create(other, name);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", other.resolve(name), e);
    }
  }

  private static AtomicFile create(Path directory, String name) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(directory.resolve(name.substring(0, name.indexOf('/'))));
    return AtomicFile.create(file);
  }

  private synchronized Path substitute() {
    Path other = substitute;
    if (other == null) {
      other = TemporaryDirectory.untilExit("linuxkit-cache");
      substitute = other;
    }
    return other;
  }
}
