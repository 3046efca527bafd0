package linuxkit.boot.initrd;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.Deflater;
import linuxkit.base.OrderedPipeline;

/**
 * Compresses to deflate blocks, none of which is the last one of a stream, and ends on a byte
 * boundary, so that other blocks can follow (RFC 1951). The blocks are made on several threads, and
 * each begins with the bytes before it as its dictionary.
 */
final class DeflatePieces extends OutputStream {
  /** Everything that the bytes depend on besides the input. */
  static final String SETTINGS = "deflate level 5 block 512 KiB";

  // One below the usual: 1.3 % larger, and made in two thirds of the time.
  private static final int LEVEL = 5;
  private static final int BLOCK = 512 << 10;
  private static final int WINDOW = 32 << 10;

  private final OutputStream out;
  private final OrderedPipeline pipeline;
  private byte[] block = new byte[BLOCK];
  private int filled;
  private byte[] dictionary = new byte[0];

  /**
   * @param out closed with this stream
   * @param threads at least 1; does not affect the bytes
   */
  DeflatePieces(OutputStream out, int threads) {
    this.out = out;
    this.pipeline = new OrderedPipeline(threads);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    for (int done = 0; done < count; ) {
      if (filled == BLOCK) {
        submit();
      }
      int n = Math.min(count - done, BLOCK - filled);
      System.arraycopy(bytes, offset + done, block, filled, n);
      filled += n;
      done += n;
    }
  }

  private void submit() throws IOException {
    byte[] bytes = block;
    int length = filled;
    byte[] before = dictionary;
    pipeline.submit(() -> deflated(before, bytes, length), out::write);
    dictionary = Arrays.copyOfRange(bytes, Math.max(0, length - WINDOW), length);
    block = new byte[BLOCK];
    filled = 0;
  }

  private static byte[] deflated(byte[] before, byte[] bytes, int length) {
    Deflater deflater = new Deflater(LEVEL, true);
    try {
      if (before.length > 0) {
        deflater.setDictionary(before);
      }
      deflater.setInput(bytes, 0, length);
      // More than bytes that do not compress become.
      byte[] deflated = new byte[length + length / 64 + 1024];
      int n = deflater.deflate(deflated, 0, deflated.length, Deflater.SYNC_FLUSH);
      if (n == deflated.length) {
        throw new IllegalStateException("deflate made " + length + " bytes much larger");
      }
      return Arrays.copyOf(deflated, n);
    } finally {
      deflater.end();
    }
  }

  @Override
  public void close() throws IOException {
    try (OutputStream _ = out;
        OrderedPipeline _ = pipeline) {
      submit();
      pipeline.finish();
    }
  }
}
