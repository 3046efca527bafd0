package linuxkit.oci.layer;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.oci.Digest;

/**
 * Opens layers. Each is unpacked and gone through once; its index, and for a compressed layer the
 * archive, are kept in the work cache under the digest of the blob. Usable from several threads at
 * once.
 */
public final class Layers {
  // The number is the version of the format, and of what is taken from a layer.
  private static final String INDEX = "layer-index-3";

  // Each layer under way has buffers of a megabyte or two, and keeps more than one processor busy.
  private final Semaphore atOnce = new Semaphore(Runtime.getRuntime().availableProcessors());
  private final WorkCache work;
  private final Progress progress;
  private final ConcurrentHashMap<Digest, Layer> layers = new ConcurrentHashMap<>();

  public Layers(WorkCache work, Progress progress) {
    this.work = work;
    this.progress = progress;
  }

  /**
   * Opens a layer; takes long when it was never seen before.
   *
   * @param diffId of the uncompressed layer, as the image's configuration has it
   * @param source the image, for failures
   * @throws linuxkit.base.Failure when the blob is missing or damaged, or no layer, or another one
   *     than the configuration means
   */
  public Layer open(LayerBlob blob, Digest diffId, String source) {
    Digest digest = blob.descriptor().digest();
    String where = source + ", layer " + digest;
    try {
      Layer layer = layers.get(digest);
      if (layer == null) {
        atOnce.acquireUninterruptibly();
        try {
          layer = repaired(blob, where);
        } finally {
          atOnce.release();
        }
        layers.putIfAbsent(digest, layer);
      }
      Digest found = layer.uncompressed(diffId);
      if (!found.equals(diffId)) {
        throw new LayerFailure(
            "it unpacks to " + found + ", but the configuration says " + diffId, where, null);
      }
      return layer;
    } catch (IOException e) {
      throw new LayerFailure("it cannot be read: " + e.getMessage(), where, e);
    }
  }

  // Damage to a blob can look like anything: so whatever fails, the blob is looked through.
  private Layer repaired(LayerBlob blob, String where) throws IOException {
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
