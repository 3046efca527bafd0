package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.archive.SparseMap;
import linuxkit.oci.Digest;

/** A layer whose files can be read. Safe for use by several threads. */
public final class Layer {
  /** The uncompressed archive of a layer. */
  interface Tar {
    /** Returns the size of the archive in bytes. */
    long size();

    /** Opens a channel for random access, unverified. The caller closes it. */
    FileChannel channel() throws IOException;

    /** Opens a verified stream over the whole archive. The caller closes it. */
    InputStream stream() throws IOException;

    /** Returns whether {@link #repair} can improve the content of {@link #channel}. */
    boolean canBeRepaired();

    /** Replaces the archive if it is damaged. */
    void repair();
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
    return new LayerArchive(tar, index.sha256());
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
    return new LayerContent(tar, digest, file, sparse, path);
  }
}
