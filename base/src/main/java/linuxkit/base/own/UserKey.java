package linuxkit.base.own;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.base.Lazy;

/**
 * A secret of the user's, by which this program recognises files that it wrote itself. It lies in
 * {@code ~/.linuxkit/keys/derived}, outside of every store, and is made on first use.
 */
public final class UserKey {
  private static final int SIZE = 32;
  private static final int READ_BY_OTHERS = 0077;
  private static final String NAME = "derived";
  private static final Lazy<byte[]> PROCESS = new Lazy<>(UserKey::random);

  private final Lazy<byte[]> bytes;

  private UserKey(Lazy<byte[]> bytes) {
    this.bytes = bytes;
  }

  /** Returns a key that only this process knows. */
  public static UserKey ofProcess() {
    return new UserKey(PROCESS);
  }

  /**
   * Returns the key of a user; that of this process if there is no such folder, or if it is
   * read-only and holds no key.
   *
   * @param home the user's home folder; may be empty
   */
  public static UserKey of(String home) {
    return home.isEmpty()
        ? ofProcess()
        : new UserKey(new Lazy<>(() -> readOrMake(Path.of(home)).orElseGet(PROCESS)));
  }

  /**
   * Returns the key, and makes it if necessary.
   *
   * @throws OwnFolderFailure if another user can have changed its folder
   */
  public byte[] bytes() {
    return bytes.get();
  }

  private static Optional<byte[]> readOrMake(Path home) {
    Path path = home.resolve(".linuxkit").resolve("keys");
    String otherwise = "remove it";
    try {
      Optional<OwnFolder> found = OwnFolder.find(path, otherwise);
      if (found.isPresent()) {
        Optional<byte[]> key = read(found.get());
        if (key.isPresent()) {
          return key;
        }
      }
      return Files.isDirectory(home)
          ? Optional.of(make(OwnFolder.make(path, otherwise)))
          : Optional.empty();
    } catch (IOException | FileFailure _) {
      // A home that is read-only or full: this process trusts only what it makes itself.
      return Optional.empty();
    }
  }

  // A key that others can read, as after a careless copy, is not a secret: it is replaced.
  private static Optional<byte[]> read(OwnFolder folder) throws IOException {
    Optional<byte[]> key = folder.read(NAME, SIZE);
    boolean good =
        key.isPresent()
            && key.get().length == SIZE
            && (UnixAttributes.of(folder.file(NAME)).mode() & READ_BY_OTHERS) == 0;
    return good ? key : Optional.empty();
  }

  private static synchronized byte[] make(OwnFolder folder) throws IOException {
    try (FileChannel lock =
            folder.open("lock", StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = lock.lock()) {
      Optional<byte[]> made = read(folder);
      if (made.isPresent()) {
        // Another process was faster.
        return made.get();
      }
      byte[] key = random();
      folder.write(NAME, key);
      return key;
    }
  }

  private static byte[] random() {
    byte[] key = new byte[SIZE];
    try (FileChannel source = FileChannel.open(Path.of("/dev/urandom"), StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.wrap(key);
      while (buffer.hasRemaining() && source.read(buffer) > 0) {}
      if (!buffer.hasRemaining()) {
        return key;
      }
    } catch (IOException _) {
      // The JDK's generator, which takes longer to start, has other sources.
    }
    new SecureRandom().nextBytes(key);
    return key;
  }
}
