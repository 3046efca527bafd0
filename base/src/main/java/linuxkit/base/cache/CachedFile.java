package linuxkit.base.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import linuxkit.base.DamagedFileException;
import linuxkit.base.Lazy;
import linuxkit.base.Sha256;
import linuxkit.base.io.VerifiedInputStream;
import linuxkit.base.own.OwnFolder;
import linuxkit.base.own.PlainFile;

/**
 * A file of a {@link WorkCache}. Reading the whole payload always verifies it, even if it was
 * verified on lookup. Safe for use by several threads at once.
 */
public final class CachedFile {
  private static final int BUFFER = 1 << 18;

  private final OwnFolder folder;
  private final String name;
  private final CacheTrailer trailer;
  private final Lazy<Boolean> replaceable;

  /**
   * @param replaceable whether other users can put another folder in the place of the cache
   */
  CachedFile(OwnFolder folder, String name, CacheTrailer trailer, Lazy<Boolean> replaceable) {
    this.folder = folder;
    this.name = name;
    this.trailer = trailer;
    this.replaceable = replaceable;
  }

  private Path path() {
    return folder.file(name);
  }

  /** Returns the size of the payload in bytes. */
  public long size() {
    return trailer.length();
  }

  /** Returns the SHA-256 of the payload in 64 lower-case hexadecimal digits. */
  public String sha256() {
    return trailer.sha256();
  }

  /**
   * Opens a stream over the payload; the caller closes it. The last byte is returned only if all
   * bytes have the right hash; otherwise reading throws an {@link IOException}.
   */
  public InputStream open() throws IOException {
    return new VerifiedInputStream(
        Channels.newInputStream(channel()),
        size(),
        Sha256.digest(),
        sha256(),
        _ -> new DamagedFileException(path()));
  }

  /**
   * Reads the whole payload.
   *
   * @throws IOException if the payload is damaged or too large for an array
   */
  public byte[] bytes() throws IOException {
    if (size() > Integer.MAX_VALUE) {
      throw new DamagedFileException(path());
    }
    try (InputStream in = open()) {
      byte[] bytes = new byte[Math.toIntExact(size())];
      if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
        throw new DamagedFileException(path());
      }
      return bytes;
    }
  }

  /**
   * Writes the payload to {@code out}.
   *
   * @throws IOException if the payload is damaged
   */
  public void writeTo(OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = open()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
      }
    }
  }

  /**
   * Opens a stream over the payload for callers that have just found or made the file, which hashed
   * it. It is hashed again only if other users can have put another file in its place, as the group
   * of a shared store can. The caller closes it, and reads {@link #size} bytes: what follows them
   * is not part of the payload.
   */
  public InputStream reopen() throws IOException {
    return replaceable.get() ? open() : Channels.newInputStream(channel());
  }

  /** Writes the payload to {@code out}, hashed as {@link #reopen} does. */
  public void copyTo(OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long left = size();
    try (InputStream in = reopen()) {
      while (left > 0) {
        int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (n < 0) {
          throw new DamagedFileException(path());
        }
        out.write(buffer, 0, n);
        left -= n;
      }
    }
  }

  /**
   * Opens a channel for reading the payload, which is the first {@link #size} bytes of the file.
   * The caller closes it and verifies what it reads by hashes of its own.
   */
  public FileChannel channel() throws IOException {
    // The hashes show whether somebody has replaced it since its owner was checked on lookup.
    return PlainFile.open(path());
  }
}
