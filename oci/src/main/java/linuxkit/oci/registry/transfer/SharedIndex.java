package linuxkit.oci.registry.transfer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import linuxkit.oci.Descriptor;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;

/**
 * The index of a name to which several machines add images, perhaps at the same time. Registries
 * replace an index without asking what it was before. Each machine therefore tags its own images by
 * architecture first, adds to the index what is tagged, and reads the index and the tags again
 * after it has written: the last one to write finds all that was tagged before, and whoever tags
 * later has yet to write.
 */
final class SharedIndex {
  private static final int ATTEMPTS = 12;
  private static final Duration BACK_OFF = Duration.ofMillis(200);
  // Longer than another machine takes from reading an index to writing it.
  private static final Duration SETTLING = Duration.ofMillis(500);

  private final RegistryClient client;
  private final Reference name;
  private final List<String> order;
  private final boolean tagged;

  /**
   * @param order architectures in the order of the index, for which tags are looked for
   * @param tagged whether there are tags for architectures; without them, the index is read again
   *     after a while
   */
  SharedIndex(RegistryClient client, Reference name, List<String> order, boolean tagged) {
    this.client = client;
    this.name = name;
    this.order = List.copyOf(order);
    this.tagged = tagged;
  }

  /**
   * The index that the registry has now.
   *
   * @param changed whether it was written by this process
   */
  record Updated(FetchedDocument index, boolean changed) {}

  /**
   * Adds the images of an index to those of the registry. They replace images that the registry has
   * for their platforms, but not those that come while this runs.
   *
   * @throws RegistryFailure if the registry refuses it, or others never stop writing
   */
  Updated add(FetchedDocument ours) {
    boolean settled = tagged;
    boolean changed = false;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<FetchedDocument> now =
          client.findTarget(name).filter(found -> MediaTypes.isIndex(mediaType(found)));
      FetchedDocument wanted = wanted(ours, now, changed);
      if (now.isPresent() && digestOf(wanted).equals(digestOf(now.get()))) {
        if (settled || !changed) {
          return new Updated(wanted, changed);
        }
        settled = true;
        pause(SETTLING);
        continue;
      }
      if (attempt > 1) {
        pause(BACK_OFF.multipliedBy(1 + ThreadLocalRandom.current().nextInt(attempt)));
      }
      client.putManifest(name, wanted);
      changed = true;
    }
    throw new RegistryFailure.WrongContent(
        "the index in the registry changed " + ATTEMPTS + " times while it was updated",
        name.toString(),
        "push it again with: linuxkit pkg manifest FOLDER");
  }

  private FetchedDocument wanted(
      FetchedDocument ours, Optional<FetchedDocument> now, boolean written) {
    FetchedDocument merged = ours;
    if (now.isPresent()) {
      Optional<FetchedDocument> mine =
          written ? IndexMerge.without(ours, now.get(), name) : Optional.of(ours);
      merged = mine.map(index -> IndexMerge.of(index, now.get(), name)).orElse(now.get());
    }
    if (tagged) {
      merged = withTagged(merged);
    }
    return now.isPresent() && digestOf(merged).equals(digestOf(now.get()))
        ? merged
        : IndexMerge.sorted(merged, order, name);
  }

  private FetchedDocument withTagged(FetchedDocument index) {
    Set<String> there = new HashSet<>();
    IndexMerge.images(index, name)
        .forEach(image -> image.platform().map(Platform::architecture).ifPresent(there::add));
    TaggedImages tags = new TaggedImages(client, name);
    List<Descriptor> found = new ArrayList<>();
    order.stream()
        .filter(architecture -> !there.contains(architecture))
        .forEach(architecture -> found.addAll(tags.find(architecture)));
    return found.isEmpty() ? index : IndexMerge.of(index, IndexMerge.index(found), name);
  }

  private static String mediaType(FetchedDocument document) {
    return document.descriptor().mediaType();
  }

  private static String digestOf(FetchedDocument document) {
    return document.descriptor().digest().toString();
  }

  private void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryFailure.Interrupted(name.toString(), e);
    }
  }
}
