package linuxkit.base;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
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
    return get(kind, key, true, maker);
  }

  /**
   * The same without a look at the payload of a file that is there: for a caller that wants little
   * of it, verifies that by hashes of its own, and calls {@link #get} when something is wrong.
   */
  public CachedFile getUnverified(String kind, String key, Maker maker) {
    return get(kind, key, false, maker);
  }

  /**
   * The payload of the file, in memory: what {@link #get} would have to read twice.
   *
   * @throws FileFailure as {@link #get} does
   * @throws IOException when what was made cannot be read again
   */
  public byte[] bytes(String kind, String key, Maker maker) throws IOException {
    String name = name(kind, key);
    synchronized (locks.computeIfAbsent(name, _ -> new Object())) {
      Optional<byte[]> found = findBytes(name);
      return found.isPresent() ? found.get() : make(name, maker).bytes();
    }
  }

  /** The payload of the file, in memory, when there is one that is whole. */
  public Optional<byte[]> findBytes(String kind, String key) {
    return findBytes(name(kind, key));
  }

  private Optional<byte[]> findBytes(String name) {
    try {
      Optional<CachedFile> found = find(name, false);
      return found.isEmpty() ? Optional.empty() : Optional.of(found.get().bytes());
    } catch (IOException _) {
      // As in look.
      return Optional.empty();
    }
  }

  /**
   * Makes a file, in the place of one that is there.
   *
   * @throws FileFailure as {@link #get} does
   */
  public CachedFile put(String kind, String key, Maker maker) {
    return make(name(kind, key), maker);
  }

  private CachedFile get(String kind, String key, boolean verify, Maker maker) {
    String name = name(kind, key);
    synchronized (locks.computeIfAbsent(name, _ -> new Object())) {
      Optional<CachedFile> found = find(name, verify);
      return found.isPresent() ? found.get() : make(name, maker);
    }
  }

  /** The file, when there is one that is whole; see {@link #get}. */
  public Optional<CachedFile> find(String kind, String key) {
    return find(name(kind, key), true);
  }

  private Optional<CachedFile> find(String name, boolean verify) {
    Optional<CachedFile> found = look(directory, name, verify);
    Path other = substitute;
    return found.isPresent() || other == null ? found : look(other, name, verify);
  }

  private static String name(String kind, String key) {
    if (!KIND.matcher(kind).matches() || !KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("not a name in the cache: " + kind + "/" + key);
    }
    return kind + "/" + key;
  }

  private static Optional<CachedFile> look(Path directory, String name, boolean verify) {
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
      if (verify) {
        found.writeTo(OutputStream.nullOutputStream());
      }
      return Optional.of(found);
    } catch (IOException _) {
      // Missing, unreadable or damaged is the same here: it is made anew.
      return Optional.empty();
    }
  }

  private CachedFile make(String name, Maker maker) {
    AtomicFile file = create(name);
    try (file) {
      MessageDigest hash = Sha256.digest();
      PositionTrackingOutput out = new PositionTrackingOutput(new DigestOutputStream(file.stream(), hash), 0);
      maker.make(out);
      out.flush();
      CacheTrailer trailer =
          new CacheTrailer(out.position(), HexFormat.of().formatHex(hash.digest()));
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
