package linuxkit.cli.serve;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends the connections of clients that do not take what is sent to them in time. */
final class StalledWriters implements AutoCloseable {
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final Duration limit;

  /**
   * @param limit for one call of {@link #write}
   */
  StalledWriters(Duration limit) {
    this.limit = limit;
  }

  /**
   * Writes bytes to a connection.
   *
   * @throws IOException if it breaks, or does not take the bytes in time; it is then closed
   */
  void write(OutputStream out, byte[] bytes, int length) throws IOException {
    Thread writer = Thread.currentThread();
    AtomicBoolean over = new AtomicBoolean();
    // An interrupt closes the channel that a thread writes to.
    Future<?> alarm =
        clock.schedule(
            () -> {
              if (over.compareAndSet(false, true)) {
                writer.interrupt();
              }
            },
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      out.write(bytes, 0, length);
    } catch (IOException e) {
      throw over.get() ? new IOException("the client reads too slowly", e) : e;
    } finally {
      over.set(true);
      alarm.cancel(false);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
