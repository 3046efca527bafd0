package linuxkit.base;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Does work on several threads, with the same outcome as in order on one thread. */
public final class Parallel {
  // Each task may hold some tens of megabytes.
  private static final int MAX_THREADS = 4;

  private Parallel() {}

  /**
   * Applies {@code work} to every input, several at once and started in this order. Returns when
   * all work has ended.
   *
   * @return the results in the order of the inputs
   * @throws RuntimeException what the work on the first failing input threw; other work is then
   *     interrupted
   */
  public static <A, B> List<B> map(List<A> inputs, Function<A, B> work) {
    int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
    if (threads == 1 || inputs.size() < 2) {
      return inputs.stream().map(work).toList();
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(Math.min(threads, inputs.size()))) {
      List<Future<B>> futures =
          inputs.stream().map(input -> pool.submit(() -> work.apply(input))).toList();
      List<B> results = new ArrayList<>();
      try {
        for (Future<B> future : futures) {
          results.add(Futures.join(future));
        }
      } catch (RuntimeException | Error e) {
        pool.shutdownNow();
        throw e;
      }
      return results;
    }
  }
}
