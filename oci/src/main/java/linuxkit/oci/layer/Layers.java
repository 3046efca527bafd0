package linuxkit.oci.layer;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.oci.Digest;

/**
 * Opens layers. Each layer is unpacked and indexed once. Its index, and for a compressed layer the
 * archive, are kept in the work cache under the digest of the blob. Safe for use by several
 * threads.
 */
public final class Layers {
  // The number is the version of the format and of the recorded properties.
  private static final String INDEX = "layer-index-5";

  // Each layer in progress uses one or two megabytes of buffers and more than one processor.
  private final Semaphore atOnce = new Semaphore(Runtime.getRuntime().availableProcessors());
  private final WorkCache work;
  private final Progress progress;
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
    String where = source + ", layer " + digest;
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
    LayerTar tar = new LayerTar(blob, work, progress, where);
    Digest digest = blob.descriptor().digest();
    byte[] index = work.bytes(INDEX, digest.hex(), out -> out.write(tar.index()));
    return new Layer(digest, LayerIndexReader.read(index), tar);
  }
}
