package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import linuxkit.filesystem.Content;
import linuxkit.oci.Digest;

/** One layer, whose files can be read. Usable from several threads at once. */
public final class Layer {
  /** The uncompressed layer. */
  interface Tar {
    /** Of the archive, in bytes. */
    long size();

    /** For reading at any place, unverified; the caller closes it. */
    FileChannel channel() throws IOException;

    /** A verified stream over all of it; the caller closes it. */
    InputStream stream() throws IOException;

    /** Whether {@link #mend} could better what {@link #channel} yields. */
    boolean canBeMended();

    /** Replaces what was derived from the blob, where it is damaged. */
    void mend();
  }

  private final Digest digest;
  private final LayerIndex index;
  private final Tar tar;

  Layer(Digest digest, LayerIndex index, Tar tar) {
    this.digest = digest;
    this.index = index;
    this.tar = tar;
  }

  /** Of the blob, compressed as it is. */
  public Digest digest() {
    return digest;
  }

  /** The uncompressed layer as it is, verified whenever it is read. */
  public Content archive() {
    return new LayerArchive(tar, index.sha256());
  }

  /** The digest of the uncompressed layer, by the algorithm of another digest. */
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

  List<LayerEntry> entries() {
    return index.entries();
  }

  Content content(LayerEntry.File file) {
    return new LayerContent(tar, digest, file);
  }
}
