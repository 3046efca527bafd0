package linuxkit.oci.registry.transfer;

import java.util.Collection;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import linuxkit.base.Futures;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;

/** Runs several transfers at once. */
final class ConcurrentTransfers {
  private static final int AT_ONCE = 4;

  private ConcurrentTransfers() {}

  /** Does the work for each item. If one fails, the others are interrupted. */
  static <T> void each(Reference reference, Collection<T> items, Consumer<T> work) {
    try (ExecutorService pool =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      var results = new ExecutorCompletionService<T>(pool);
      items.forEach(item -> results.submit(() -> work.accept(item), item));
      try {
        for (int i = 0; i < items.size(); i++) {
          Futures.join(results.take());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RegistryFailure.Interrupted(reference.toString(), e);
      } finally {
        pool.shutdownNow();
      }
    }
  }
}
