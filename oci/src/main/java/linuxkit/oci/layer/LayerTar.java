package linuxkit.oci.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.base.cache.CachedFile;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.archive.TarFailure;
import linuxkit.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * The uncompressed bytes of a layer: the blob itself if it is not compressed, else a file of the
 * work cache that is created on first use.
 */
final class LayerTar implements Layer.Tar {
  private static final String KIND = "layer-tar";

  private final LayerBlob blob;
  private final WorkCache work;
  private final Progress progress;
  private final String where;
  private final LayerCompression compression;
  private @Nullable CachedFile unpacked;
  // Whether this process created or fully verified the unpacked file.
  private boolean whole;

  /**
   * Detects the compression of a layer; unpacks nothing yet.
   *
   * @param where the layer, for failures
   */
  LayerTar(LayerBlob blob, WorkCache work, Progress progress, String where) throws IOException {
    this.blob = blob;
    this.work = work;
    this.progress = progress;
    this.where = where;
    this.compression = compression(blob);
  }

  private static LayerCompression compression(LayerBlob blob) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(LayerCompression.MAGIC_LENGTH);
    try (FileChannel channel = blob.channel()) {
      while (start.hasRemaining() && channel.read(start) >= 0) {}
    }
    return LayerCompression.of(Arrays.copyOf(start.array(), start.position()));
  }

  @Override
  public long size() {
    return compression == LayerCompression.NONE ? blob.descriptor().size() : unpacked().size();
  }

  @Override
  public FileChannel channel() throws IOException {
    return compression == LayerCompression.NONE ? blob.channel() : unpacked().channel();
  }

  @Override
  public InputStream stream() throws IOException {
    if (compression == LayerCompression.NONE) {
      return blob.open();
    }
    repair();
    return unpacked().open();
  }

  @Override
  public synchronized boolean canBeRepaired() {
    return !whole && (compression != LayerCompression.NONE || blob.canBeRepaired());
  }

  @Override
  public synchronized void repair() {
    if (!canBeRepaired()) {
      return;
    }
    if (compression == LayerCompression.NONE) {
      blob.repair();
    } else {
      unpacked = fromBlob(() -> work.get(KIND, key(), this::unpack));
    }
    whole = true;
  }

  private synchronized CachedFile unpacked() {
    CachedFile file = unpacked;
    if (file == null) {
      file = fromBlob(() -> work.getUnverified(KIND, key(), this::unpack));
      unpacked = file;
    }
    return file;
  }

  private String key() {
    return blob.descriptor().digest().hex();
  }

  private CachedFile fromBlob(Supplier<CachedFile> maker) {
    try {
      return maker.get();
    } catch (Failure e) {
      if (blob.repair()) {
        return maker.get();
      }
      throw e;
    }
  }

  private void unpack(OutputStream out) throws IOException {
    try (Progress.Task task = begin();
        InputStream in = LayerUnpacker.open(blob, compression, task, where)) {
      in.transferTo(out);
    } catch (LayerFailure e) {
      verifyBlob();
      throw e;
    }
  }

  // A damaged blob can cause any failure, and that it is damaged is the better report.
  private void verifyBlob() throws IOException {
    try (InputStream in = blob.open()) {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** Indexes the whole layer. The unpacked archive of a compressed layer is kept. */
  byte[] index() throws IOException {
    warnOfWrongMediaType();
    LayerIndexer indexer = new LayerIndexer(where, true);
    try {
      return compression == LayerCompression.NONE ? indexPlain(indexer) : indexUnpacked(indexer);
    } catch (LayerFailure | TarFailure e) {
      verifyBlob();
      throw e;
    }
  }

  private byte[] indexPlain(LayerIndexer indexer) throws IOException {
    MessageDigest hash = Digest.newSha256();
    try (Progress.Task task = begin();
        InputStream in = LayerUnpacker.open(blob, compression, task, where);
        InputStream tar = new DigestInputStream(in, hash)) {
      LayerIndexWriter index = indexer.read(tar);
      return index.finish(HexFormat.of().formatHex(hash.digest()));
    }
  }

  private synchronized byte[] indexUnpacked(LayerIndexer indexer) throws IOException {
    LayerIndexWriter[] created = new LayerIndexWriter[1];
    CachedFile file =
        work.get(
            KIND,
            key(),
            out -> {
              try (Progress.Task task = begin();
                  InputStream in = LayerUnpacker.open(blob, compression, task, where);
                  InputStream tar = new Tee(in, out)) {
                created[0] = indexer.read(tar);
              }
            });
    LayerIndexWriter index = created[0];
    if (index == null) {
      // The archive was cached, but its index was not.
      try (InputStream tar = file.open()) {
        index = indexer.read(tar);
      }
    }
    unpacked = file;
    whole = true;
    return index.finish(file.sha256());
  }

  private Progress.Task begin() {
    String digest = blob.descriptor().digest().hex();
    return progress.begin("Unpack layer " + digest.substring(0, 12), blob.descriptor().size());
  }

  // A warning is enough: the digest guarantees the bytes, whatever the media type.
  private void warnOfWrongMediaType() {
    String mediaType = blob.descriptor().mediaType();
    LayerCompression claimed = LayerCompression.claimed(mediaType);
    if (claimed != compression) {
      progress.warn(
          where + ": the layer's media type says " + claimed + ", but it is " + compression);
    }
  }

  private static final class Tee extends FilterInputStream {
    private final OutputStream out;

    Tee(InputStream in, OutputStream out) {
      super(in);
      this.out = out;
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      if (b >= 0) {
        out.write(b);
      }
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = in.read(bytes, offset, length);
      if (n > 0) {
        out.write(bytes, offset, n);
      }
      return n;
    }
  }
}
