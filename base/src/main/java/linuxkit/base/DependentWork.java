package linuxkit.base;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Does pieces of work side by side, each after those that it depends on. */
public final class DependentWork {
  private DependentWork() {}

  /**
   * Applies {@code work} to every input.
   *
   * @param before for each input, the positions of the inputs that must be done first
   * @param threads how many are worked on at once
   * @return the results in the order of the inputs
   * @throws IllegalArgumentException if the dependencies form a circle
   * @throws RuntimeException the first failure; other work is then interrupted
   */
  public static <A, B> List<B> map(
      List<A> inputs, List<List<Integer>> before, int threads, Function<A, B> work) {
    List<Integer> order = order(before);
    if (order.size() < inputs.size()) {
      throw new IllegalArgumentException("the dependencies form a circle");
    }
    CompletableFuture<Void> failed = new CompletableFuture<>();
    List<CompletableFuture<B>> futures = new ArrayList<>();
    inputs.forEach(_ -> futures.add(new CompletableFuture<>()));
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int at : order) {
        CompletableFuture<?>[] needed =
            before.get(at).stream().map(futures::get).toArray(CompletableFuture<?>[]::new);
        futures.set(
            at,
            CompletableFuture.allOf(needed)
                .thenApplyAsync(_ -> attempt(inputs.get(at), work, failed, pool), pool));
      }
      // Work that was queued when other work failed never completes.
      CompletableFuture.anyOf(
              failed, CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new)))
          .join();
      List<B> results = new ArrayList<>();
      for (CompletableFuture<B> future : futures) {
        results.add(future.join());
      }
      return results;
    } catch (CompletionException | CancellationException e) {
      throw failure(failed.isCompletedExceptionally() ? failed.exceptionNow() : null, e);
    }
  }

  private static <A, B> B attempt(
      A input, Function<A, B> work, CompletableFuture<Void> failed, ExecutorService pool) {
    try {
      return work.apply(input);
    } catch (RuntimeException | Error e) {
      failed.completeExceptionally(e);
      pool.shutdownNow();
      throw e;
    }
  }

  private static RuntimeException failure(@Nullable Throwable first, RuntimeException otherwise) {
    if (first instanceof Error error) {
      throw error;
    }
    return first instanceof RuntimeException cause ? cause : otherwise;
  }

  /**
   * Returns positions in an order in which each comes after those that must be done before. Those
   * in a circle, and what depends on them, are left out.
   */
  public static List<Integer> order(List<List<Integer>> before) {
    List<Integer> order = new ArrayList<>();
    boolean progress = true;
    while (progress) {
      progress = false;
      for (int i = 0; i < before.size(); i++) {
        if (!order.contains(i) && order.containsAll(before.get(i))) {
          order.add(i);
          progress = true;
        }
      }
    }
    return order;
  }
}
