package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Does work on several threads, and what follows from it on the caller's, in the order in which it
 * was asked for: so that nothing written depends on which thread was faster. A caller who asks for
 * much more than is done waits.
 */
final class OrderedPipeline implements AutoCloseable {
  /** How many pieces of work may be asked for and not followed up, for each thread. */
  private static final int AHEAD = 8;

  /** What follows a piece of work. */
  @FunctionalInterface
  interface Following<T> {
    void accept(T result) throws IOException;
  }

  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  private final ExecutorService workers;
  private final ArrayDeque<Step> steps = new ArrayDeque<>();
  private final int limit;

  /**
   * @param threads at least 1
   */
  OrderedPipeline(int threads) {
    workers = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
    limit = threads * AHEAD;
  }

  /**
   * Has something done on another thread.
   *
   * @throws IOException what earlier work was followed by
   */
  <T> void submit(Callable<T> work, Following<T> following) throws IOException {
    Future<T> result = workers.submit(work);
    add(() -> following.accept(result(result)));
  }

  /**
   * Has something done on the caller's thread, in its turn.
   *
   * @throws IOException what this or earlier work was followed by
   */
  void add(Step step) throws IOException {
    steps.add(step);
    while (steps.size() > limit) {
      steps.remove().run();
    }
  }

  private static <T> T result(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IOException("a file could not be compressed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Waits until all is done and followed up. */
  void finish() throws IOException {
    while (!steps.isEmpty()) {
      steps.remove().run();
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
  }
}
