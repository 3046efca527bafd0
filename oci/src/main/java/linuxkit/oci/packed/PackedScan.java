package linuxkit.oci.packed;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/** Compressed data on its first way through, while it is unpacked as a whole. For one thread. */
public final class PackedScan {
  private final InputStream in;
  private final LayerCompression compression;
  private final MapRecorder recorder;

  /**
   * Begins with the first bytes, which tell the compression.
   *
   * @param in closed with the stream of {@link #unpacked}
   */
  public PackedScan(InputStream in) throws IOException {
    byte[] start = in.readNBytes(LayerCompression.MAGIC_LENGTH);
    PushbackInputStream whole = new PushbackInputStream(in, LayerCompression.MAGIC_LENGTH);
    whole.unread(start);
    this.in = whole;
    this.compression = LayerCompression.of(start);
    this.recorder = new MapRecorder(whole);
  }

  public LayerCompression compression() {
    return compression;
  }

  /** Opens the only stream over the unpacked data. */
  public InputStream unpacked() throws IOException {
    return compression == LayerCompression.NONE ? in : compression.unpack(recorder, recorder);
  }

  /** Closes the data, if the stream could not be opened. */
  public void close() throws IOException {
    in.close();
  }

  /**
   * Returns the bytes of the {@link PackedMap}, after the stream was read to its end.
   *
   * @param size of the unpacked data, in bytes
   */
  public byte[] map(long size) throws IOException {
    return recorder.finish(size);
  }
}
