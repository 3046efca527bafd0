package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import linuxkit.base.io.VerifiedInputStream;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.archive.SparseMap;
import linuxkit.oci.Digest;

/** A layer whose files can be read. Safe for use by several threads. */
public final class Layer {
  /** The uncompressed archive of a layer. Safe for use by several threads. */
  interface Tar {
    /** Returns the size of the archive in bytes. */
    long size() throws IOException;

    /** Opens a verified stream over the whole archive. The caller closes it. */
    InputStream stream() throws IOException;

    /** Returns whether {@link #open} and {@link #copy} yield verified bytes only. */
    boolean verifies();

    /**
     * Opens a stream over a range, which need not be closed.
     *
     * @param damage makes the exception for bytes that are missing or known to be wrong
     */
    InputStream open(long offset, long length, VerifiedInputStream.Damage damage)
        throws IOException;

    /** Writes a range to {@code out}; see {@link #open}. */
    void copy(long offset, long length, OutputStream out, VerifiedInputStream.Damage damage)
        throws IOException;

    /** Returns whether {@link #repair} can improve what {@link #open} reads. */
    boolean canBeRepaired();

    /** Replaces the archive if it is damaged. */
    void repair() throws IOException;
  }

  private final Digest digest;
  private final LayerIndex index;
  private final Tar tar;

  Layer(Digest digest, LayerIndex index, Tar tar) {
    this.digest = digest;
    this.index = index;
    this.tar = tar;
  }

  /** Returns the digest of the blob as stored, possibly compressed. */
  public Digest digest() {
    return digest;
  }

  /** Returns the uncompressed archive, verified whenever it is read. */
  public Content archive() {
    return new LayerArchive(tar, tarSize(), index.sha256());
  }

  private long tarSize() {
    try {
      return tar.size();
    } catch (IOException e) {
      throw new LayerFailure("the layer cannot be read: " + e.getMessage(), "layer " + digest, e);
    }
  }

  /** Computes the digest of the uncompressed layer with the algorithm of another digest. */
  Digest uncompressed(Digest like) throws IOException {
    if (like.algorithm().equals("sha256")) {
      return new Digest("sha256", index.sha256());
    }
    MessageDigest hash = like.newMessageDigest();
    try (InputStream in = new DigestInputStream(tar.stream(), hash)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return new Digest(like.algorithm(), HexFormat.of().formatHex(hash.digest()));
  }

  LayerIndex index() {
    return index;
  }

  /**
   * Returns the content of a file that the index has.
   *
   * @param sparse the places of the data that the layer holds; empty if it holds all bytes
   * @param path returns the path, for failures
   */
  LayerContent content(LayerEntry.File file, Optional<SparseMap> sparse, Supplier<String> path) {
    return new LayerContent(tar, digest, file, sparse, true, path);
  }
}
