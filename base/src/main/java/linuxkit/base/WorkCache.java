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
import linuxkit.base.io.PositionTrackingOutput;
import org.jspecify.annotations.Nullable;

/**
 * Caches files that are derived from content, each under the hash of what it was derived from. Any
 * file may be deleted: files that are missing, damaged or of another version are created again.
 *
 * <p>Safe for use by several threads and processes at once. If threads of one process request the
 * same file, one makes it and the others wait. Several processes may each make it; the last file
 * stays.
 */
public final class WorkCache {
  private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{1,128}");

  /** Writes the payload of a file. If it throws, no file remains. */
  @FunctionalInterface
  public interface Maker {
    /**
     * @param out buffered; need not be closed
     */
    void make(OutputStream out) throws IOException;
  }

  private final Path directory;
  private final ConcurrentHashMap<String, Object> locks = new ConcurrentHashMap<>();
  private volatile @Nullable Path substitute;

  /**
   * @param directory created on first use; if it cannot be written, a temporary directory that is
   *     removed when the process ends takes its place
   */
  public WorkCache(Path directory) {
    this.directory = directory;
  }

  /**
   * Returns an intact file, and makes it if there is none. Hashes the whole payload, so that damage
   * is detected before any of it is used.
   *
   * @param kind a short lower-case name
   * @param key the hash of everything that the payload depends on, in lower-case hexadecimal digits
   * @throws FileFailure if the file cannot be written or the maker throws an IOException
   */
  public CachedFile get(String kind, String key, Maker maker) {
    return get(kind, key, true, maker);
  }

  /**
   * Returns a file like {@link #get}, but does not read the payload of an existing one. For callers
   * that need little of it, verify that by hashes of their own, and call {@link #get} if a hash is
   * wrong.
   */
  public CachedFile getUnverified(String kind, String key, Maker maker) {
    return get(kind, key, false, maker);
  }

  /**
   * Returns the payload of a file, and makes the file if necessary. Reads the payload once, where
   * {@link #get} and reading it would take two passes. *
   *
   * @throws FileFailure see {@link #get}
   * @throws IOException if a file that was just made cannot be read
   */
  public byte[] bytes(String kind, String key, Maker maker) throws IOException {
    String name = name(kind, key);
    synchronized (locks.computeIfAbsent(name, _ -> new Object())) {
      Optional<byte[]> found = findBytes(name);
      return found.isPresent() ? found.get() : make(name, maker).bytes();
    }
  }

  /** Returns the payload of an intact file; empty if there is none. */
  public Optional<byte[]> findBytes(String kind, String key) {
    return findBytes(name(kind, key));
  }

  private Optional<byte[]> findBytes(String name) {
    try {
      Optional<CachedFile> found = find(name, false);
      return found.isEmpty() ? Optional.empty() : Optional.of(found.get().bytes());
    } catch (IOException _) {
      // See look.
      return Optional.empty();
    }
  }

  /**
   * Makes a file and replaces an existing one.
   *
   * @throws FileFailure see {@link #get}
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

  /** Returns an intact file; empty if there is none. See {@link #get}. */
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
      throw new IllegalArgumentException("not a name for a cached file: " + kind + "/" + key);
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
      // Missing, unreadable and damaged files are all made again.
      return Optional.empty();
    }
  }

  private CachedFile make(String name, Maker maker) {
    AtomicFile file = create(name);
    try (file) {
      MessageDigest hash = Sha256.digest();
      PositionTrackingOutput out =
          new PositionTrackingOutput(new DigestOutputStream(file.stream(), hash), 0);
      maker.make(out);
      out.flush();
      CacheTrailer trailer =
          new CacheTrailer(out.position(), HexFormat.of().formatHex(hash.digest()));
      file.stream().write(trailer.encode(name));
      file.commit();
      return new CachedFile(file.target(), trailer);
    } catch (IOException e) {
      throw FileFailure.of("cannot create", file.target(), e);
    }
  }

  private AtomicFile create(String name) {
    if (substitute == null) {
      try {
        return create(directory, name);
      } catch (IOException _) {
        // Read-only, another user's or not a directory: continue without keeping the file.
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
