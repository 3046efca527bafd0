package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Function;
import linuxkit.base.Sha256;
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
   * @param copies returns a stream that gets the uncompressed layer; it is closed if the scan fails
   * @throws LayerFailure if it cannot be unpacked, or unpacks to too much
   * @throws linuxkit.base.Failure if it is not a layer
   */
  static LayerScan of(InputStream blob, String where, Function<PackedScan, OutputStream> copies)
      throws IOException {
    PackedScan scan = LayerUnpacker.scan(blob, where);
    OutputStream copy = copies.apply(scan);
    try {
      return of(scan, copy, where);
    } catch (IOException | RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  private static LayerScan of(PackedScan scan, OutputStream copy, String where) throws IOException {
    LayerIndexer indexer = new LayerIndexer(where, true);
    Hashing tar = new Hashing(copy);
    try (InputStream in = LayerUnpacker.open(scan, where, tar)) {
      LayerIndexWriter index = indexer.read(in);
      boolean packed = scan.compression() != LayerCompression.NONE;
      return new LayerScan(
          scan.compression(),
          index.finish(HexFormat.of().formatHex(tar.hash.digest())),
          packed ? scan.map(tar.size) : new byte[0],
          indexer.archives());
    }
  }

  /** Takes the uncompressed layer in large blocks: its reader needs many small pieces. */
  private static final class Hashing extends OutputStream {
    private final OutputStream copy;
    private final MessageDigest hash = Sha256.digest();
    private long size;

    Hashing(OutputStream copy) {
      this.copy = copy;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      hash.update(bytes, offset, length);
      copy.write(bytes, offset, length);
      size += length;
    }
  }
}
