package linuxkit.oci.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.base.io.PartedOutput;
import linuxkit.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Writes a blob into the store. The blob is stored by {@link #commit}, which fails if size or
 * digest are not the announced ones. If the writer is closed without a commit, nothing is stored.
 * It is not buffered, and for one thread only, except for {@linkplain #at parts}.
 *
 * <p>A blob is written either from start to end, or in parts at their offsets ({@link #at}).
 */
public final class BlobWriter extends OutputStream {
  private final Path folder;
  private final @Nullable Digest announced;
  private final long size;
  private final String source;
  private final AtomicFile file;
  private final OutputStream out;
  private final MessageDigest hash;
  private long written;
  private OutputStream copy = OutputStream.nullOutputStream();
  private @Nullable PartedOutput parts;

  /**
   * Creates a writer for a blob with a known digest.
   *
   * @param folder the folder of the digest's algorithm
   */
  BlobWriter(Path folder, Digest digest, long size, String source) {
    this(folder, digest, size, source, digest.newMessageDigest());
  }

  /** Creates a writer for any content, which computes its SHA-256. */
  BlobWriter(Path folder, String source) {
    this(folder, null, Long.MAX_VALUE, source, Digest.newSha256());
  }

  private BlobWriter(
      Path folder, @Nullable Digest announced, long size, String source, MessageDigest hash) {
    this.folder = folder;
    this.announced = announced;
    this.size = size;
    this.source = source;
    this.hash = hash;
    Path target = folder.resolve(announced == null ? "blob" : announced.hex());
    try {
      this.file = AtomicFile.create(target);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", target, e);
    }
    this.out = file.stream();
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /**
   * @throws BlobFailure if there are more bytes than announced
   * @throws FileFailure if they cannot be written, for example because the disk is full
   */
  @Override
  public void write(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (announced != null && length > size - written) {
      throw BlobFailure.unexpected(
          announced, "the content is longer than the announced " + size + " bytes", source);
    }
    try {
      out.write(bytes, offset, length);
      take(bytes, offset, length);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", file.target(), e);
    }
  }

  /**
   * Also gives each byte to another stream, in order, at the latest at the commit. It is used by
   * one thread at a time and not closed. Called before the first byte is written.
   *
   * @param other fails only if it is interrupted
   */
  public void copyTo(OutputStream other) {
    copy = other;
  }

  /**
   * Returns a stream that writes from an offset on. Several such streams may be used in different
   * threads. What was written up to the first gap is read back and hashed meanwhile.
   *
   * @param offset in bytes, from the start of the blob
   */
  public synchronized OutputStream at(long offset) {
    if (parts == null) {
      parts = new PartedOutput(file.channel(), (bytes, length) -> take(bytes, 0, length));
    }
    return new Part(offset, parts.at(offset));
  }

  private final class Part extends OutputStream {
    private final OutputStream place;
    private long position;

    Part(long position, OutputStream place) {
      this.position = position;
      this.place = place;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      if (length > size - position) {
        throw BlobFailure.unexpected(
            Objects.requireNonNull(announced),
            "the content is longer than the announced " + size + " bytes",
            source);
      }
      try {
        place.write(bytes, offset, length);
        position += length;
      } catch (IOException e) {
        throw FileFailure.of("cannot write", file.target(), e);
      }
    }
  }

  private void take(byte[] bytes, int offset, int length) throws IOException {
    hash.update(bytes, offset, length);
    written += length;
    copy.write(bytes, offset, length);
  }

  private synchronized void finishParts() {
    if (parts == null) {
      return;
    }
    try {
      parts.finish();
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file.target(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FileFailure.of("cannot read", file.target(), new InterruptedIOException());
    }
  }

  /** Returns the number of bytes written. Bytes of parts count after the commit only. */
  public long written() {
    return written;
  }

  /**
   * Puts the blob into the store. It may be there already.
   *
   * @return the blob's digest
   * @throws BlobFailure if size or digest are not the announced ones
   */
  public Digest commit() {
    finishParts();
    if (announced != null && written != size) {
      throw BlobFailure.unexpected(
          announced,
          "the content is " + written + " bytes long instead of the announced " + size,
          source);
    }
    String algorithm = announced == null ? "sha256" : announced.algorithm();
    Digest digest = new Digest(algorithm, HexFormat.of().formatHex(hash.digest()));
    if (announced != null && !announced.equals(digest)) {
      throw BlobFailure.unexpected(announced, "the digest is " + digest, source);
    }
    Path target = folder.resolve(digest.hex());
    try {
      file.commitAs(target);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", target, e);
    }
    return digest;
  }

  @Override
  public synchronized void close() {
    if (parts != null) {
      parts.close();
    }
    try {
      file.close();
    } catch (IOException e) {
      throw FileFailure.of("cannot write", file.target(), e);
    }
  }
}
