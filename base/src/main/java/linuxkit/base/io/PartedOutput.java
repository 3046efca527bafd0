package linuxkit.base.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a new file in parts, by several threads at once, and reads it back in order while it
 * grows: a reader gets all bytes up to the first gap, in a thread of its own. No byte can be
 * written twice, so the reader sees what the file has in the end.
 */
public final class PartedOutput implements AutoCloseable {
  /** Takes the bytes of the file in order. */
  @FunctionalInterface
  public interface Reader {
    /** Takes the next bytes, from the start of an array that is used again afterwards. */
    void read(byte[] bytes, int length) throws IOException;
  }

  private static final int BLOCK = 1 << 18;

  private final FileChannel file;
  private final Reader reader;
  private final Thread thread;

  // By their offsets. The monitor of this object protects all that follows.
  private final NavigableMap<Long, Part> parts = new TreeMap<>();
  // The end at which the reader is woken: for few bytes, that would cost more than it brings.
  private long awaited = Long.MAX_VALUE;
  private boolean ended;
  private boolean stopped;
  private @Nullable Exception failure;

  /**
   * Starts with an empty file.
   *
   * @param file open for reading and writing; stays open
   */
  public PartedOutput(FileChannel file, Reader reader) {
    this.file = file;
    this.reader = reader;
    this.thread = Thread.ofPlatform().daemon().name("parts").start(this::follow);
  }

  /**
   * Returns a stream that writes from an offset on. It has no buffer and need not be closed.
   *
   * @throws IllegalArgumentException if the byte at the offset was written already
   */
  public synchronized OutputStream at(long offset) {
    Map.Entry<Long, Part> before = parts.floorEntry(offset);
    if (before != null && (before.getKey() == offset || before.getValue().position > offset)) {
      throw new IllegalArgumentException("parts overlap at " + offset);
    }
    Part part = new Part(offset);
    parts.put(offset, part);
    return part;
  }

  /**
   * Waits until the reader has got all bytes up to the first gap. Nothing may be written any more.
   *
   * @throws IOException if the file cannot be read, or the reader failed
   */
  public void finish() throws IOException, InterruptedException {
    end(false);
    thread.join();
    Exception thrown;
    synchronized (this) {
      thrown = failure;
    }
    if (thrown instanceof IOException e) {
      throw e;
    } else if (thrown instanceof RuntimeException e) {
      throw e;
    }
  }

  /** Stops the reader, at the latest after the block that it is reading. */
  @Override
  public void close() {
    end(true);
  }

  private synchronized void end(boolean stop) {
    ended = true;
    stopped |= stop;
    notifyAll();
  }

  private void follow() {
    byte[] block = new byte[BLOCK];
    try {
      long position = 0;
      for (long end = await(position); end > position; end = await(position)) {
        int wanted = (int) Math.min(BLOCK, end - position);
        int n = file.read(ByteBuffer.wrap(block, 0, wanted), position);
        if (n < 0) {
          throw new EOFException("the file was truncated");
        }
        reader.read(block, n);
        position += n;
      }
    } catch (IOException | RuntimeException e) {
      synchronized (this) {
        failure = e;
      }
    } catch (InterruptedException _) {
      // Nobody interrupts this thread.
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for bytes after a position. Returns the end of those up to the first gap. */
  private synchronized long await(long position) throws InterruptedException {
    while (true) {
      long end = contiguous();
      if (stopped) {
        return position;
      } else if (ended || end >= position + BLOCK) {
        return end;
      }
      awaited = position + BLOCK;
      wait();
    }
  }

  private long contiguous() {
    long end = 0;
    for (Map.Entry<Long, Part> part : parts.entrySet()) {
      if (part.getKey() > end) {
        break;
      }
      end = part.getValue().position;
    }
    return end;
  }

  private synchronized void advance(Part part, int count) {
    part.position += count;
    if (contiguous() >= awaited) {
      awaited = Long.MAX_VALUE;
      notifyAll();
    }
  }

  private synchronized void requireFree(long position, int count) {
    Long next = parts.higherKey(position);
    if (next != null && next < position + count) {
      throw new IllegalStateException("a part overlaps the next one at " + next);
    }
  }

  private final class Part extends OutputStream {
    private final OutputStream place;
    // Changed only by the thread that writes the part.
    private long position;

    Part(long position) {
      this.position = position;
      this.place = new ChannelOutput(file, position);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      requireFree(position, length);
      place.write(bytes, offset, length);
      advance(this, length);
    }
  }
}
