package linuxkit.cli.serve;

import java.io.IOException;
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

  /** Writes a part of a response. */
  @FunctionalInterface
  interface Part {
    void write() throws IOException;
  }

  /**
   * @param limit for one call of {@link #write}
   */
  StalledWriters(Duration limit) {
    this.limit = limit;
  }

  /**
   * Writes a part to a connection.
   *
   * @throws IOException if it breaks, or does not take the part in time; it is then closed
   */
  void write(Part part) throws IOException {
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
      part.write();
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
