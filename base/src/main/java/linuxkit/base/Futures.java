package linuxkit.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waits for work on other threads and rethrows its failure as if this thread had done it. */
public final class Futures {
  private Futures() {}

  /**
   * Waits for the result of work that throws no checked exception.
   *
   * @throws RuntimeException or an {@link Error}: what the work threw
   * @throws InterruptionFailure if this thread is interrupted first; it stays interrupted
   */
  public static <T> T join(Future<T> future) {
    try {
      return joinIo(future);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits for the result of work that may throw an {@link IOException}.
   *
   * @throws IOException what the work threw; likewise for unchecked exceptions
   * @throws InterruptionFailure if this thread is interrupted first; it stays interrupted
   */
  public static <T> T joinIo(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException unchecked -> throw unchecked;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptionFailure(e);
    }
  }
}
