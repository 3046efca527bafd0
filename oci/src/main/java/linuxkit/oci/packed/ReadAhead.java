package linuxkit.oci.packed;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
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

  private sealed interface Item {
    record Block(ByteBuffer bytes) implements Item {}

    record End(@Nullable Throwable cause) implements Item {}
  }

  private final InputStream in;
  private final ArrayBlockingQueue<Item> full = new ArrayBlockingQueue<>(BLOCKS);
  private final ArrayBlockingQueue<ByteBuffer> empty = new ArrayBlockingQueue<>(BLOCKS + 2);
  private final Thread thread;
  private Item current = new Item.Block(ByteBuffer.allocate(0));

  /**
   * @param in closed with this stream
   */
  public ReadAhead(InputStream in) {
    this.in = in;
    this.thread = Thread.ofVirtual().name("layer").start(this::run);
  }

  private void run() {
    try {
      Item.End end = new Item.End(null);
      try {
        for (Item.Block block = nextBlock(); block.bytes.hasRemaining(); block = nextBlock()) {
          full.put(block);
        }
      } catch (IOException | RuntimeException | Error e) {
        end = new Item.End(e);
      }
      full.put(end);
    } catch (InterruptedException _) {
      // The reader closed the stream before its end.
    }
  }

  private Item.Block nextBlock() throws IOException {
    ByteBuffer spare = empty.poll();
    ByteBuffer bytes = spare == null ? ByteBuffer.allocate(BLOCK) : spare;
    return new Item.Block(bytes.clear().limit(in.readNBytes(bytes.array(), 0, BLOCK)));
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    while (true) {
      switch (current) {
        case Item.Block block when block.bytes.hasRemaining() -> {
          int n = Math.min(length, block.bytes.remaining());
          block.bytes.get(bytes, offset, n);
          return n;
        }
        case Item.Block block -> {
          if (block.bytes.capacity() > 0) {
            empty.offer(block.bytes);
          }
          current = take();
        }
        case Item.End end -> {
          rethrow(end.cause);
          return -1;
        }
      }
    }
  }

  private Item take() throws IOException {
    try {
      return full.take();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private static void rethrow(@Nullable Throwable cause) throws IOException {
    switch (cause) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(cause);
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
