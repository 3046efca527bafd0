package linuxkit.base.cache;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.base.Lazy;
import linuxkit.base.Sha256;
import linuxkit.base.io.PositionTrackingOutput;
import linuxkit.base.own.OwnFolder;
import linuxkit.base.own.UserKey;
import org.jspecify.annotations.Nullable;

/**
 * Caches files that are derived from content, each under the hash of what it was derived from. Any
 * file may be deleted: files that are missing, damaged, of another version or written by anybody
 * else are made again. Only the user can read them, because they may hold secrets of a manifest.
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

  private static final String HINT = "remove it, or use another store with --cache";

  private final Path directory;
  private final UserKey key;
  private final Lazy<Boolean> replaceable;
  private final ConcurrentHashMap<String, Object> locks = new ConcurrentHashMap<>();
  // By kind.
  private final ConcurrentHashMap<String, OwnFolder> folders = new ConcurrentHashMap<>();
  private volatile @Nullable OwnFolder substitute;

  /** Opens a cache whose files only this process trusts. */
  public WorkCache(Path directory) {
    this(directory, UserKey.ofProcess());
  }

  /**
   * @param directory an {@link OwnFolder}, created on first use; if it cannot be written, a
   *     temporary directory that is removed when the process ends takes its place
   * @param key authenticates the files
   */
  public WorkCache(Path directory, UserKey key) {
    this.directory = directory;
    this.key = key;
    this.replaceable = new Lazy<>(() -> OwnFolder.canOthersReplace(directory));
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
   * {@link #get} and reading it would take two passes.
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

  /**
   * Returns a file like {@link #find}, but does not read its payload; see {@link #getUnverified}.
   */
  public Optional<CachedFile> findUnverified(String kind, String key) {
    return find(name(kind, key), false);
  }

  private Optional<CachedFile> find(String name, boolean verify) {
    Optional<CachedFile> found = folder(kind(name)).flatMap(own -> look(own, name, verify));
    OwnFolder other = substitute;
    return found.isPresent() || other == null
        ? found
        : find(other.path(), kind(name)).flatMap(own -> look(own, name, verify));
  }

  private static String kind(String name) {
    return name.substring(0, name.indexOf('/'));
  }

  private static String entry(String name) {
    return name.substring(name.indexOf('/') + 1);
  }

  private static Optional<OwnFolder> find(Path directory, String kind) {
    return OwnFolder.find(directory, OwnFolder.Trust.VERIFIED, HINT)
        .flatMap(own -> OwnFolder.find(own.file(kind), OwnFolder.Trust.VERIFIED, HINT));
  }

  /** Returns the folder of a kind; empty if it is missing or cannot be opened. */
  private Optional<OwnFolder> folder(String kind) {
    OwnFolder known = folders.get(kind);
    if (known != null) {
      return Optional.of(known);
    }
    try {
      Optional<OwnFolder> found = find(directory, kind);
      found.ifPresent(own -> folders.put(kind, own));
      return found;
    } catch (FileFailure _) {
      return Optional.empty();
    }
  }

  private static String name(String kind, String key) {
    if (!KIND.matcher(kind).matches() || !KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("not a name for a cached file: " + kind + "/" + key);
    }
    return kind + "/" + key;
  }

  private Optional<CachedFile> look(OwnFolder folder, String name, boolean verify) {
    try {
      Optional<CacheTrailer> trailer;
      try (FileChannel channel = folder.open(entry(name), StandardOpenOption.READ)) {
        trailer = CacheTrailer.read(channel, name, key);
      }
      if (trailer.isEmpty()) {
        return Optional.empty();
      }
      CachedFile found = new CachedFile(folder, entry(name), trailer.get(), replaceable);
      if (verify) {
        found.writeTo(OutputStream.nullOutputStream());
      }
      return Optional.of(found);
    } catch (IOException _) {
      // Missing, unreadable and damaged files are all made again.
      return Optional.empty();
    }
  }

  /**
   * Opens a new file for data that is needed until the process ends. It has no name, so nothing
   * remains of it. The caller closes it.
   *
   * @throws FileFailure if it cannot be created
   */
  public FileChannel scratch() {
    Begun begun = begin("scratch/0");
    try {
      return begun.file().withoutName();
    } catch (IOException e) {
      throw FileFailure.of("cannot create", begun.file().target(), e);
    }
  }

  private record Begun(OwnFolder folder, AtomicFile file) {}

  private CachedFile make(String name, Maker maker) {
    Begun begun = begin(name);
    try (AtomicFile file = begun.file()) {
      MessageDigest hash = Sha256.digest();
      PositionTrackingOutput out =
          new PositionTrackingOutput(new DigestOutputStream(file.stream(), hash), 0);
      maker.make(out);
      out.flush();
      CacheTrailer trailer =
          new CacheTrailer(out.position(), HexFormat.of().formatHex(hash.digest()));
      file.stream().write(trailer.encode(name, key));
      file.commit();
      return new CachedFile(begun.folder(), entry(name), trailer, replaceable);
    } catch (IOException e) {
      throw FileFailure.of("cannot create", begun.file().target(), e);
    }
  }

  private Begun begin(String name) {
    if (substitute == null) {
      OwnFolder known = folders.get(kind(name));
      if (known != null) {
        try {
          return new Begun(known, known.begin(entry(name)));
        } catch (IOException _) {
          // Deleted since it was opened: made again below.
        }
      }
      try {
        return begin(OwnFolder.make(directory, OwnFolder.Trust.VERIFIED, HINT), name);
      } catch (IOException | FileFailure _) {
        // Read-only or not a directory: continue without keeping the file.
      }
    }
    OwnFolder other = substitute();
    try {
      return begin(other, name);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", other.path().resolve(name), e);
    }
  }

  private static Begun begin(OwnFolder directory, String name) throws IOException {
    directory.hide();
    OwnFolder folder = directory.folder(kind(name));
    return new Begun(folder, folder.begin(entry(name)));
  }

  private synchronized OwnFolder substitute() {
    OwnFolder other = substitute;
    if (other == null) {
      other = OwnFolder.make(TemporaryDirectory.untilExit("linuxkit-cache"), "check TMPDIR");
      substitute = other;
    }
    return other;
  }
}
