package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;
import linuxkit.base.Failure;
import linuxkit.base.io.BlockInput;
import linuxkit.oci.packed.PackedScan;
import org.jspecify.annotations.Nullable;

/**
 * Indexes a layer beside its download: takes the blob's bytes in order, as they come, and reads
 * them in a thread of its own, at most a megabyte behind. Nothing is kept unless {@link #finish} is
 * called. A layer that is not valid is reported by whoever opens it. For one writer.
 *
 * <p>A layer that is one large piece is left to whoever opens it, who has to unpack it to read its
 * files: it would be unpacked twice.
 */
public final class LayerIntake extends OutputStream {
  private static final int BLOCKS = 8;
  private static final int BLOCK = 1 << 17;
  // Smaller layers do not delay a pull.
  private static final long SMALL = 2 << 20;
  private static final byte[] END = new byte[0];

  private final ArrayBlockingQueue<byte[]> blocks = new ArrayBlockingQueue<>(BLOCKS);
  private final Consumer<LayerScan> keep;
  private final Thread thread;
  private volatile boolean done;
  private volatile @Nullable LayerScan result;

  /**
   * @param size of the blob in bytes
   */
  LayerIntake(String where, long size, Consumer<LayerScan> keep) {
    this.keep = keep;
    this.thread = Thread.ofVirtual().name("intake").start(() -> scan(where, size));
  }

  private void scan(String where, long size) {
    try (InputStream in = new Blocks()) {
      result =
          LayerScan.of(
              in,
              where,
              scan -> size <= SMALL ? OutputStream.nullOutputStream() : new PartsOnly(scan));
    } catch (IOException | Failure _) {
      // See above.
    } finally {
      done = true;
      // The writer may wait for room.
      blocks.clear();
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    for (int at = 0; at < length && !done; at += BLOCK) {
      int n = Math.min(BLOCK, length - at);
      put(Arrays.copyOfRange(bytes, offset + at, offset + at + n));
    }
  }

  private void put(byte[] block) throws IOException {
    try {
      blocks.put(block);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    if (done) {
      blocks.clear();
    }
  }

  /**
   * Keeps the index. Called after all bytes were written and the blob's digest was found right.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  public void finish() throws InterruptedException {
    if (!done) {
      blocks.put(END);
    }
    thread.join();
    LayerScan found = result;
    if (found != null) {
      keep.accept(found);
    }
  }

  /** Stops reading. Without {@link #finish}, nothing is kept. */
  @Override
  public void close() {
    thread.interrupt();
    done = true;
    blocks.clear();
  }

  private static final class PartsOnly extends OutputStream {
    private final PackedScan scan;
    private long count;

    PartsOnly(PackedScan scan) {
      this.scan = scan;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      count += length;
      if (scan.isOnePiece(count)) {
        throw new IOException("the layer is one large piece");
      }
    }
  }

  private final class Blocks extends BlockInput {
    private byte[] block = END;
    private int at;
    private boolean ended;

    @Override
    protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
      if (at == block.length && !next()) {
        return -1;
      }
      int n = Math.min(length, block.length - at);
      System.arraycopy(block, at, bytes, offset, n);
      at += n;
      return n;
    }

    private boolean next() throws IOException {
      if (!ended) {
        try {
          block = blocks.take();
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException();
        }
        at = 0;
        ended = block.length == 0;
      }
      return !ended;
    }
  }
}
