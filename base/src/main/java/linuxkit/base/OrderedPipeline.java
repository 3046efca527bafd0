package linuxkit.base;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Does work on several threads and handles the results on the caller's thread, in the order of
 * submission, so that no output depends on which thread was faster. A caller that submits much
 * faster than the work is done has to wait. All methods are for one thread.
 */
public final class OrderedPipeline implements AutoCloseable {
  /** The number of results that may be pending for each thread. */
  private static final int AHEAD = 8;

  /** Handles the result of a piece of work. */
  @FunctionalInterface
  public interface ResultHandler<T> {
    void accept(T result) throws IOException;
  }

  /** A step on the caller's thread. */
  @FunctionalInterface
  public interface Step {
    void run() throws IOException;
  }

  private final ExecutorService workers;
  private final ArrayDeque<Step> steps = new ArrayDeque<>();
  private final int limit;

  /**
   * @param threads at least 1
   */
  public OrderedPipeline(int threads) {
    workers = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
    limit = threads * AHEAD;
  }

  /**
   * Does work on another thread, and then handles its result on the caller's.
   *
   * @throws IOException thrown by earlier work or the handling of its result; likewise for other
   *     exceptions
   */
  public <T> void submit(Callable<T> work, ResultHandler<T> handler) throws IOException {
    Future<T> result = workers.submit(work);
    add(() -> handler.accept(Futures.joinIo(result)));
  }

  /**
   * Runs a step on the caller's thread after everything submitted before.
   *
   * @throws IOException see {@link #submit}
   */
  public void add(Step step) throws IOException {
    steps.add(step);
    while (steps.size() > limit) {
      steps.remove().run();
    }
  }

  /**
   * Waits until all work is done and all results are handled.
   *
   * @throws IOException see {@link #submit}
   */
  public void finish() throws IOException {
    while (!steps.isEmpty()) {
      steps.remove().run();
    }
  }

  /** Stops the threads; results that were not handled by then never are. */
  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
  }
}
