package linuxkit.oci.packed;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/** Compressed data on its first way through, while it is unpacked as a whole. For one thread. */
public final class PackedScan {
  // Tools that write parts make them smaller, the first one at any rate.
  private static final int LARGE_GZIP = 1 << 19;
  private static final int LARGE_ZSTD = 4 << 20;

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

  /** Returns whether more than one part was found. May be called by another thread. */
  boolean hasParts() {
    return recorder.hasParts();
  }

  /**
   * Returns whether the data seems to be one large piece, as most tools write it: it is compressed,
   * and no part of it has ended yet. May be called by another thread.
   *
   * @param unpacked the number of bytes that were read of the unpacked data
   */
  public boolean isOnePiece(long unpacked) {
    return switch (compression) {
      case NONE -> false;
      case GZIP -> unpacked > LARGE_GZIP && !hasParts();
      case ZSTD -> unpacked > LARGE_ZSTD && !hasParts();
    };
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
