package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import linuxkit.base.Sha256;
import linuxkit.base.io.BlockInput;
import linuxkit.oci.packed.LayerCompression;
import linuxkit.oci.packed.PackedScan;

/** The facts that were found when a layer's blob was read once. */
final class LayerScan {
  private final LayerCompression compression;
  private final byte[] index;
  private final byte[] map;
  private final Map<String, byte[]> archives;

  private LayerScan(
      LayerCompression compression, byte[] index, byte[] map, Map<String, byte[]> archives) {
    this.compression = compression;
    this.index = index;
    this.map = map;
    this.archives = archives;
  }

  LayerCompression compression() {
    return compression;
  }

  /** Returns the index of {@link LayerIndexWriter}. */
  byte[] index() {
    return index;
  }

  /** Returns the {@link linuxkit.oci.packed.PackedMap}; empty if the layer is not compressed. */
  byte[] map() {
    return map;
  }

  /** Returns the indexes of archives that are files of the layer, by the hash of the archive. */
  Map<String, byte[]> archives() {
    return archives;
  }

  /**
   * Reads a blob to its end.
   *
   * @param blob closed by the caller
   * @param where the layer, for failures
   * @throws LayerFailure if it cannot be unpacked, or unpacks to too much
   * @throws linuxkit.base.Failure if it is not a layer
   */
  static LayerScan of(InputStream blob, String where) throws IOException {
    PackedScan scan = LayerUnpacker.scan(blob, where);
    LayerIndexer indexer = new LayerIndexer(where, true);
    try (Hashing tar = new Hashing(LayerUnpacker.open(scan, where))) {
      LayerIndexWriter index = indexer.read(tar);
      boolean packed = scan.compression() != LayerCompression.NONE;
      return new LayerScan(
          scan.compression(),
          index.finish(HexFormat.of().formatHex(tar.hash.digest())),
          packed ? scan.map(tar.size) : new byte[0],
          indexer.archives());
    }
  }

  private static final class Hashing extends BlockInput {
    private final InputStream in;
    private final MessageDigest hash = Sha256.digest();
    private long size;

    Hashing(InputStream in) {
      this.in = in;
    }

    @Override
    protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
      int n = in.read(bytes, offset, length);
      if (n > 0) {
        hash.update(bytes, offset, n);
        size += n;
      }
      return n;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
