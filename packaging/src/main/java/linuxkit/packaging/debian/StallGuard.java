package linuxkit.packaging.debian;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import linuxkit.base.BlockInput;

/** A stream that fails when nothing came for a minute, instead of waiting for ever. */
final class StallGuard extends BlockInput {
  private static final long PATIENCE = Duration.ofSeconds(60).toNanos();

  private final InputStream in;
  private final Thread watch;
  private volatile long heard = System.nanoTime();
  private volatile boolean stalled;

  StallGuard(InputStream in) {
    this.in = in;
    this.watch = Thread.ofVirtual().start(this::watch);
  }

  // The HTTP client's own timeout ends with the headers; closing the stream ends a read that waits.
  private void watch() {
    try {
      while (System.nanoTime() - heard < PATIENCE) {
        Thread.sleep(Duration.ofSeconds(1));
      }
      stalled = true;
      in.close();
    } catch (InterruptedException | IOException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    try {
      int n = in.read(bytes, offset, length);
      heard = System.nanoTime();
      return n;
    } catch (IOException e) {
      throw stalled ? new IOException("nothing came for a minute", e) : e;
    }
  }

  @Override
  public void close() throws IOException {
    watch.interrupt();
    in.close();
  }
}
