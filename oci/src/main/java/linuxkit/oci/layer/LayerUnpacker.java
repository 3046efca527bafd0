package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import linuxkit.base.io.BlockInput;
import linuxkit.oci.packed.LayerCompression;
import linuxkit.oci.packed.PackedScan;
import linuxkit.oci.packed.ReadAhead;

/**
 * A stream of a layer's uncompressed bytes. It throws a {@link LayerFailure} for corrupt data and
 * for data that unpacks to more than 64 GiB.
 */
final class LayerUnpacker extends BlockInput {
  // Data is not kept in memory, so a decompression bomb could only fill the disk.
  private static final long MAX_UNPACKED = 64L << 30;
  private static final OutputStream NOWHERE = OutputStream.nullOutputStream();

  private final InputStream in;
  private final String where;
  private final OutputStream copy;
  private long length;

  private LayerUnpacker(InputStream in, String where, OutputStream copy) {
    this.in = in;
    this.where = where;
    this.copy = copy;
  }

  /** Begins to read a blob, which is closed with the stream of {@link #open}. */
  static PackedScan scan(InputStream blob, String where) throws IOException {
    try {
      return new PackedScan(blob);
    } catch (IOException e) {
      blob.close();
      throw failure(e, where);
    } catch (RuntimeException e) {
      blob.close();
      throw e;
    }
  }

  /**
   * Opens a stream that reads and unpacks a blob in its own thread. The caller closes it.
   *
   * @param where the layer, for failures
   */
  static InputStream open(PackedScan scan, String where) throws IOException {
    return open(scan, where, NOWHERE);
  }

  /**
   * Opens a stream like {@link #open(PackedScan, String)}.
   *
   * @param copy gets all bytes as well, in large pieces, and before the reader; not closed
   */
  static InputStream open(PackedScan scan, String where, OutputStream copy) throws IOException {
    try {
      // The copy is made in the thread that has less to do: unpacking gzip takes long.
      return scan.compression() == LayerCompression.GZIP
          ? new ReadAhead(new LayerUnpacker(scan.unpacked(), where, NOWHERE), copy)
          : new ReadAhead(new LayerUnpacker(scan.unpacked(), where, copy));
    } catch (IOException e) {
      scan.close();
      throw failure(e, where);
    } catch (RuntimeException e) {
      scan.close();
      throw e;
    }
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int count) throws IOException {
    int n;
    try {
      n = in.read(bytes, offset, count);
    } catch (IOException e) {
      throw failure(e, where);
    }
    length += Math.max(n, 0);
    if (length > MAX_UNPACKED) {
      throw new LayerFailure(
          "the layer unpacks to more than " + (MAX_UNPACKED >> 30) + " GiB", where, null);
    }
    copy.write(bytes, offset, Math.max(n, 0));
    return n;
  }

  private static LayerFailure failure(IOException e, String where) {
    return new LayerFailure("the layer cannot be unpacked: " + e.getMessage(), where, e);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
