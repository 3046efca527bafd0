package linuxkit.base;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Does work on several threads, and what follows from it on the caller's, in the order in which it
 * was asked for: so that nothing written depends on which thread was faster. A caller who asks for
 * much more than is done waits. All methods are for one thread.
 */
public final class OrderedPipeline implements AutoCloseable {
  /** How many pieces of work may be asked for and not followed up, for each thread. */
  private static final int AHEAD = 8;

  /** What follows a piece of work. */
  @FunctionalInterface
  public interface Following<T> {
    void accept(T result) throws IOException;
  }

  /** What is done in its turn. */
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
   * Has something done on another thread.
   *
   * @throws IOException of earlier work, or of what followed it; likewise whatever else they throw
   */
  public <T> void submit(Callable<T> work, Following<T> following) throws IOException {
    Future<T> result = workers.submit(work);
    add(() -> following.accept(Futures.joinIo(result)));
  }

  /**
   * Has something done on the caller's thread, in its turn.
   *
   * @throws IOException as {@link #submit}
   */
  public void add(Step step) throws IOException {
    steps.add(step);
    while (steps.size() > limit) {
      steps.remove().run();
    }
  }

  /**
   * Waits until all is done and followed up.
   *
   * @throws IOException as {@link #submit}
   */
  public void finish() throws IOException {
    while (!steps.isEmpty()) {
      steps.remove().run();
    }
  }

  /** Ends the threads; what was not followed up by then never is. */
  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
  }
}
