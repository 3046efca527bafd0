package linuxkit.oci.registry.transfer;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;

/**
 * Changes a document under a tag that others may change at the same time. Registries replace a
 * document without asking what it was before, so it is read again after it has been written, and
 * changed again if the change is lost.
 */
public final class TagUpdate {
  // Longer than another machine takes from reading a document to writing it.
  private static final Duration SETTLING = Duration.ofMillis(500);
  private static final Duration BACK_OFF = Duration.ofMillis(100);
  private static final int ATTEMPTS = 12;

  /** A registry may refuse a document under a tag that somebody else writes at that moment. */
  private static final int REFUSALS = 3;

  private TagUpdate() {}

  /**
   * Changes a document.
   *
   * @param where names the tag in failures
   * @param change returns the document to write; empty if the one there needs no change
   * @return whether this process wrote it
   * @throws RegistryFailure if others never stop writing
   */
  public static boolean apply(
      String where,
      Supplier<Optional<FetchedDocument>> read,
      Function<Optional<FetchedDocument>, Optional<FetchedDocument>> change,
      Consumer<FetchedDocument> write) {
    int refusals = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<FetchedDocument> wanted = change.apply(read.get());
      if (wanted.isEmpty()) {
        return attempt > 0;
      }
      if (attempt > 0) {
        pause(BACK_OFF.multipliedBy(1 + ThreadLocalRandom.current().nextInt(attempt)), where);
      }
      try {
        write.accept(wanted.get());
      } catch (RegistryFailure.WrongContent refused) {
        if (++refusals == REFUSALS) {
          throw refused;
        }
      }
    }
    throw new RegistryFailure.WrongContent(
        "what the tag names changed " + ATTEMPTS + " times while it was updated",
        where,
        "try again when nobody else pushes to the repository");
  }

  /** Waits until machines that had read a document before it was changed have written it. */
  public static void settle(String where) {
    pause(SETTLING, where);
  }

  private static void pause(Duration duration, String where) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryFailure.Interrupted(where, e);
    }
  }
}
