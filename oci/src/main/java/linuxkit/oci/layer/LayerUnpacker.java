package linuxkit.oci.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import linuxkit.base.Progress;
import linuxkit.base.io.BlockInput;

/**
 * A stream of a layer's uncompressed bytes. It throws a {@link LayerFailure} for corrupt data and
 * for data that unpacks to more than 64 GiB.
 */
final class LayerUnpacker extends BlockInput {
  // Data is not kept in memory, so a decompression bomb could only fill the disk.
  private static final long MAX_UNPACKED = 64L << 30;

  private final InputStream in;
  private final String where;
  private long length;

  private LayerUnpacker(InputStream in, String where) {
    this.in = in;
    this.where = where;
  }

  /**
   * Opens a stream that reads, verifies and unpacks a blob in its own thread. The caller closes it.
   *
   * @param where the layer, for failures
   */
  static InputStream open(
      LayerBlob blob, LayerCompression compression, Progress.Task task, String where)
      throws IOException {
    InputStream in = new Counting(blob.open(), task);
    try {
      return new ReadAhead(new LayerUnpacker(compression.unpack(in), where));
    } catch (IOException e) {
      in.close();
      throw failure(e, where);
    } catch (RuntimeException e) {
      in.close();
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
    return n;
  }

  private static LayerFailure failure(IOException e, String where) {
    return new LayerFailure("the layer cannot be unpacked: " + e.getMessage(), where, e);
  }

  @Override
  public void close() throws IOException {
    in.close();
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
