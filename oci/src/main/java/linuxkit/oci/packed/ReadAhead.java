package linuxkit.oci.packed;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import linuxkit.base.io.BlockInput;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream in its own thread, a few blocks ahead, so that producing and consuming the bytes
 * run in parallel. For one reader.
 */
public final class ReadAhead extends BlockInput {
  private static final int BLOCK = 1 << 18;
  private static final int BLOCKS = 4;

  /** Some bytes, or the end, which has none. */
  private static final class Block {
    private final byte[] bytes;
    private final int length;
    private final @Nullable Throwable cause;

    Block(byte[] bytes, int length, @Nullable Throwable cause) {
      this.bytes = bytes;
      this.length = length;
      this.cause = cause;
    }
  }

  private final InputStream in;
  private final OutputStream copy;
  private final ArrayBlockingQueue<Block> full = new ArrayBlockingQueue<>(BLOCKS);
  private final ArrayBlockingQueue<byte[]> empty = new ArrayBlockingQueue<>(BLOCKS + 2);
  private final Thread thread;
  private Block current = new Block(new byte[0], 0, null);
  private int at;
  private boolean ended;

  /**
   * @param in closed with this stream
   */
  public ReadAhead(InputStream in) {
    this(in, OutputStream.nullOutputStream());
  }

  /**
   * @param in closed with this stream
   * @param copy gets every block as a whole, in the reader's thread and before the reader; not
   *     closed
   */
  public ReadAhead(InputStream in, OutputStream copy) {
    this.in = in;
    this.copy = copy;
    this.thread = Thread.ofVirtual().name("layer").start(this::run);
  }

  private void run() {
    try {
      Block block;
      do {
        block = nextBlock();
        full.put(block);
      } while (block.length > 0);
    } catch (InterruptedException _) {
      // The reader closed the stream before its end.
    }
  }

  private Block nextBlock() {
    byte[] spare = empty.poll();
    byte[] bytes = spare == null ? new byte[BLOCK] : spare;
    try {
      return new Block(bytes, in.readNBytes(bytes, 0, BLOCK), null);
    } catch (IOException | RuntimeException | Error e) {
      return new Block(bytes, 0, e);
    }
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    if (at == current.length) {
      next();
    }
    if (ended) {
      rethrow(current.cause);
      return -1;
    }
    int n = Math.min(length, current.length - at);
    System.arraycopy(current.bytes, at, bytes, offset, n);
    at += n;
    return n;
  }

  private void next() throws IOException {
    if (ended) {
      return;
    }
    if (current.length > 0) {
      empty.offer(current.bytes);
    }
    try {
      current = full.take();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    at = 0;
    ended = current.length == 0;
    copy.write(current.bytes, 0, current.length);
  }

  // No switch over types: the JVM would make a class for it in every process.
  private static void rethrow(@Nullable Throwable cause) throws IOException {
    if (cause instanceof IOException e) {
      throw e;
    } else if (cause instanceof RuntimeException e) {
      throw e;
    } else if (cause instanceof Error e) {
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    in.close();
  }
}
