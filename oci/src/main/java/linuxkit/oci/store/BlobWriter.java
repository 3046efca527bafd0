package linuxkit.oci.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import linuxkit.base.AtomicFile;
import linuxkit.base.FileFailure;
import linuxkit.oci.Digest;

/**
 * A blob on its way into the store. It is there after {@link #commit}, and only if it is what was
 * announced; closed without, it leaves nothing. Not buffered; for one thread.
 */
public final class BlobWriter extends OutputStream {
  private final Path target;
  private final Digest digest;
  private final long size;
  private final String source;
  private final AtomicFile file;
  private final OutputStream out;
  private final MessageDigest hash;
  private long written;

  BlobWriter(Path target, Digest digest, long size, String source) throws IOException {
    this.source = source;
    this.target = target;
    this.digest = digest;
    this.size = size;
    this.file = AtomicFile.create(target);
    this.out = file.stream();
    this.hash = digest.newMessageDigest();
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /**
   * @throws BlobFailure when more comes than was announced
   * @throws FileFailure when it cannot be written, as on a full disk
   */
  @Override
  public void write(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length > size - written) {
      throw BlobFailure.unexpected(
          digest, "it is longer than the announced " + size + " bytes", source);
    }
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", target, e);
    }
    hash.update(bytes, offset, length);
    written += length;
  }

  /**
   * Puts the blob into the store; that it is there already is as good.
   *
   * @throws BlobFailure when size or digest are not the announced ones
   */
  public void commit() {
    if (written != size) {
      throw BlobFailure.unexpected(
          digest, "it has " + written + " bytes instead of the announced " + size, source);
    }
    String hex = HexFormat.of().formatHex(hash.digest());
    if (!hex.equals(digest.hex())) {
      throw BlobFailure.unexpected(
          digest, "its digest is " + digest.algorithm() + ":" + hex, source);
    }
    try {
      file.commit();
    } catch (IOException e) {
      throw FileFailure.of("cannot write", target, e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw FileFailure.of("cannot write", target, e);
    }
  }
}
