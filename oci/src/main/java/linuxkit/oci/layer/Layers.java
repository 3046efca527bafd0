package linuxkit.oci.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.archive.TarFailure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.packed.Buffers;
import linuxkit.oci.packed.LayerCompression;
import linuxkit.oci.packed.PackedMap;
import linuxkit.oci.packed.PackedReader;
import linuxkit.oci.packed.PackedScan;
import linuxkit.oci.packed.PieceSpool;
import org.jspecify.annotations.Nullable;

/**
 * Opens layers. Each layer is unpacked and indexed once, when it is pulled or first opened; its
 * files are then read from the blob. The index and, for a compressed layer, the map of the blob are
 * kept in the work cache under the digest of the blob. Safe for use by several threads.
 */
public final class Layers {
  // The numbers are the versions of the formats and of the recorded properties.
  private static final String INDEX = "layer-index-5";
  private static final String MAP = "layer-map-1";

  // Of smaller blobs, what is unpacked is rarely larger than memory allows to keep.
  private static final long LARGE = 1 << 20;

  // Each layer in progress uses one or two megabytes of buffers and more than one processor.
  private final Semaphore atOnce = new Semaphore(Runtime.getRuntime().availableProcessors());
  private final WorkCache work;
  private final Progress progress;
  private final Buffers buffers = new Buffers();
  private final OpenBlob.All open = new OpenBlob.All();
  private final ConcurrentHashMap<Digest, Layer> layers = new ConcurrentHashMap<>();

  public Layers(WorkCache work, Progress progress) {
    this.work = work;
    this.progress = progress;
  }

  /**
   * Opens a layer. The first time takes long because the layer is unpacked.
   *
   * @param diffId the digest of the uncompressed layer in the image's configuration
   * @param source the image, for failures
   * @throws linuxkit.base.Failure if the blob is missing, damaged or not a layer, or does not match
   *     {@code diffId}
   */
  public Layer open(LayerBlob blob, Digest diffId, String source) {
    Digest digest = blob.descriptor().digest();
    String where = where(digest, source);
    try {
      Layer layer = layers.get(digest);
      if (layer == null) {
        atOnce.acquireUninterruptibly();
        try {
          layer = loadOrRepair(blob, where);
        } finally {
          atOnce.release();
        }
        layers.putIfAbsent(digest, layer);
      }
      Digest found = layer.uncompressed(diffId);
      if (!found.equals(diffId)) {
        throw new LayerFailure(
            "the layer unpacks to " + found + ", but the configuration says " + diffId,
            where,
            null);
      }
      return layer;
    } catch (IOException e) {
      throw new LayerFailure("the layer cannot be read: " + e.getMessage(), where, e);
    }
  }

  private static String where(Digest digest, String source) {
    return source + ", layer " + digest;
  }

  /**
   * Begins to index a layer while its blob is written to the store, so that no build has to unpack
   * it. Empty if it is indexed already.
   *
   * @param source the image, for warnings
   */
  public Optional<LayerIntake> intake(Descriptor layer, String source) {
    Digest digest = layer.digest();
    if (work.findUnverified(INDEX, digest.hex()).isPresent()) {
      return Optional.empty();
    }
    String where = where(digest, source);
    return Optional.of(
        new LayerIntake(
            where,
            layer.size(),
            scan -> {
              warnOfWrongMediaType(layer, scan, where);
              keep(digest, scan);
              work.put(INDEX, digest.hex(), out -> out.write(scan.index()));
            }));
  }

  // A damaged blob can cause any failure, so every failure leads to a check of the blob.
  private Layer loadOrRepair(LayerBlob blob, String where) throws IOException {
    try {
      return load(blob, where);
    } catch (Failure e) {
      if (blob.repair()) {
        return load(blob, where);
      }
      throw e;
    }
  }

  private Layer load(LayerBlob blob, String where) throws IOException {
    Digest digest = blob.descriptor().digest();
    OpenBlob file = new OpenBlob(blob, open);
    LayerCompression compression = compression(file);
    Maps maps = new Maps(blob, file, compression, where);
    byte[] index =
        work.bytes(
            INDEX,
            digest.hex(),
            out -> {
              LayerScan scan = scan(blob, where, maps::copy);
              keep(digest, scan);
              out.write(scan.index());
            });
    Layer.Tar tar =
        compression == LayerCompression.NONE
            ? new PlainTar(blob, file)
            : new PackedTar(blob, file, maps);
    return new Layer(digest, LayerIndexReader.read(index), tar);
  }

  private static LayerCompression compression(OpenBlob file) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(LayerCompression.MAGIC_LENGTH);
    while (start.hasRemaining() && file.read(start.position(), start) >= 0) {}
    return LayerCompression.of(Arrays.copyOf(start.array(), start.position()));
  }

  private LayerScan scan(LayerBlob blob, String where, Function<PackedScan, OutputStream> copies)
      throws IOException {
    try (Progress.Task task = begin(blob);
        InputStream in = new Counting(blob.open(), task)) {
      LayerScan scan = LayerScan.of(in, where, copies);
      warnOfWrongMediaType(blob.descriptor(), scan, where);
      return scan;
    } catch (LayerFailure | TarFailure e) {
      // A damaged blob can cause any failure, and that it is damaged is the better report.
      try (InputStream in = blob.open()) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      throw e;
    }
  }

  private void keep(Digest digest, LayerScan scan) {
    scan.archives().forEach((sha256, index) -> ArchiveIndex.keep(sha256, index, work));
    if (scan.map().length > 0) {
      work.put(MAP, digest.hex(), out -> out.write(scan.map()));
    }
  }

  private Progress.Task begin(LayerBlob blob) {
    String digest = blob.descriptor().digest().hex();
    return progress.begin("Unpack layer " + digest.substring(0, 12), blob.descriptor().size());
  }

  // A warning is enough: the digest guarantees the bytes, whatever the media type.
  private void warnOfWrongMediaType(Descriptor layer, LayerScan scan, String where) {
    LayerCompression claimed = LayerCompression.claimed(layer.mediaType());
    if (claimed != scan.compression()) {
      progress.warn(
          where + ": the layer's media type says " + claimed + ", but it is " + scan.compression());
    }
  }

  private final class Maps implements PackedTar.Maps {
    private final LayerBlob blob;
    private final OpenBlob file;
    private final LayerCompression compression;
    private final String where;
    private @Nullable PieceSpool copy;

    Maps(LayerBlob blob, OpenBlob file, LayerCompression compression, String where) {
      this.blob = blob;
      this.file = file;
      this.compression = compression;
      this.where = where;
    }

    /** Returns what keeps a large piece that is being unpacked, for the first reader. */
    OutputStream copy(PackedScan scan) {
      if (blob.descriptor().size() < LARGE) {
        return OutputStream.nullOutputStream();
      }
      copy = new PieceSpool(scan, work::scratch);
      return copy;
    }

    @Override
    public PackedMap map() throws IOException {
      try {
        return PackedMap.read(bytes());
      } catch (Failure e) {
        if (blob.repair()) {
          file.close();
          return PackedMap.read(bytes());
        }
        throw e;
      }
    }

    private byte[] bytes() throws IOException {
      return work.bytes(
          MAP,
          blob.descriptor().digest().hex(),
          out -> out.write(scan(blob, where, this::copy).map()));
    }

    @Override
    public PackedReader reader(PackedMap map) {
      Optional<FileChannel> whole = copy == null ? Optional.empty() : copy.finish();
      return whole.isEmpty()
          ? new PackedReader(map, file, compression, buffers, work::scratch)
          : new PackedReader(map, file, compression, buffers, work::scratch, whole.get());
    }

    @Override
    public InputStream unpacked() throws IOException {
      return LayerUnpacker.open(LayerUnpacker.scan(blob.open(), where), where);
    }
  }

  private static final class Counting extends FilterInputStream {
    private final Progress.Task task;

    Counting(InputStream in, Progress.Task task) {
      super(in);
      this.task = task;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      int n = in.read(bytes, offset, count);
      task.advance(Math.max(n, 0));
      return n;
    }
  }
}
