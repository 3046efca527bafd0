package linuxkit.base;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One file of a {@link WorkCache}. What is read from it as a whole is verified, be it that it was
 * verified when it was found. Usable from several threads at once.
 */
public final class CachedFile {
  private static final int BUFFER = 1 << 18;

  private final Path file;
  private final CacheTrailer trailer;

  CachedFile(Path file, CacheTrailer trailer) {
    this.file = file;
    this.trailer = trailer;
  }

  /** In bytes. */
  public long size() {
    return trailer.length();
  }

  /** The SHA-256 of the payload, in 64 lower-case hexadecimal digits. */
  public String sha256() {
    return trailer.sha256();
  }

  /**
   * A new stream over the payload; the caller closes it. The last byte is handed out only when all
   * of them had the right hash: before, an {@link IOException} ends it.
   */
  public InputStream open() throws IOException {
    return new VerifiedInputStream(
        Channels.newInputStream(channel()),
        size(),
        Sha256.digest(),
        sha256(),
        _ -> new Damaged(file));
  }

  /**
   * The whole payload, for one that fits into an array; an {@link IOException} says that it was
   * damaged.
   */
  public byte[] bytes() throws IOException {
    if (size() > Integer.MAX_VALUE) {
      throw new Damaged(file);
    }
    try (InputStream in = open()) {
      return in.readNBytes(Math.toIntExact(size()));
    }
  }

  /** Writes the payload to {@code out}; an {@link IOException} says that it was damaged. */
  public void writeTo(OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = open()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
      }
    }
  }

  /**
   * The same without hashing it: for what this process has just hashed, by looking for the file or
   * making it, and copies right away.
   */
  public void copyTo(OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long left = size();
    try (InputStream in = Channels.newInputStream(channel())) {
      while (left > 0) {
        int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (n < 0) {
          throw new Damaged(file);
        }
        out.write(buffer, 0, n);
        left -= n;
      }
    }
  }

  /**
   * A channel for reading the payload, which are the first {@link #size} bytes; the caller closes
   * it, and verifies what it reads by hashes of its own.
   */
  public FileChannel channel() throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ);
  }

  /** It is not what it was when it was written, or when it was found. */
  static final class Damaged extends FileSystemException {
    private static final long serialVersionUID = 1;

    private Damaged(Path file) {
      super(file.toString(), null, "the cached file is damaged");
    }
  }
}
