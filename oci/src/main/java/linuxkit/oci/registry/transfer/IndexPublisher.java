package linuxkit.oci.registry.transfer;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.IndexEntries;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.store.ImageStore;

/**
 * Publishes images for several platforms under one name, to which other machines may publish images
 * for other platforms at the same time. Each image also gets a tag of its own, {@code
 * TAG-ARCHITECTURE}.
 */
public final class IndexPublisher {
  private static final int ATTEMPTS = 12;

  private final ImageStore store;
  private final RegistryClient client;
  private final Progress progress;

  /**
   * Creates a publisher.
   *
   * @param client the caller keeps it and closes it
   */
  public IndexPublisher(ImageStore store, RegistryClient client, Progress progress) {
    this.store = store;
    this.client = client;
    this.progress = progress;
  }

  /**
   * Options of a publication.
   *
   * @param tags whether images get tags of their own; without them, machines that publish at the
   *     same time may miss each other's images
   * @param order architectures in the order of the index
   */
  public record Options(boolean tags, List<String> order) {
    public Options {
      order = List.copyOf(order);
    }
  }

  /**
   * Pushes an index of the store. Its images replace those that the registry has for their
   * platforms; images for other platforms stay.
   *
   * @param image the image's name in the store, for failures
   * @param target the name to give it in the registry
   * @return the digest that the name now has in the registry
   * @throws linuxkit.base.Failure if a part is missing or damaged, or the registry refuses it
   */
  public Digest publish(Reference image, Descriptor root, Reference target, Options options) {
    PushedImage pushed = PushedImage.of(store, image, root);
    FetchedDocument ours = pushed.root();
    if (!isThere(ours, target)) {
      new Pusher(store, client, progress).send(pushed, target);
    }
    if (options.tags()) {
      TaggedImages tags = new TaggedImages(client, target);
      for (Descriptor entry : IndexMerge.images(ours, target)) {
        pushed.children().stream()
            .filter(document -> digest(document).equals(entry.digest()))
            .forEach(document -> tag(tags, target, entry, document));
      }
    }
    return update(ours, target, options);
  }

  /** Returns whether the index that has a name in the registry lists an image for a platform. */
  public boolean has(Reference name, Platform platform) {
    return client
        .findTarget(name)
        .filter(there -> MediaTypes.isIndex(there.descriptor().mediaType()))
        .filter(
            there ->
                IndexMerge.images(there, name).stream()
                    .anyMatch(image -> image.platform().equals(Optional.of(platform))))
        .isPresent();
  }

  private boolean isThere(FetchedDocument ours, Reference target) {
    return client
        .findTarget(target)
        .filter(there -> MediaTypes.isIndex(there.descriptor().mediaType()))
        .filter(there -> digest(IndexMerge.of(ours, there, target)).equals(digest(there)))
        .isPresent();
  }

  private static Digest digest(FetchedDocument document) {
    return document.descriptor().digest();
  }

  private Digest update(FetchedDocument ours, Reference target, Options options) {
    SharedIndex.Updated updated =
        new SharedIndex(client, target, options.order(), options.tags()).add(ours);
    Digest digest = digest(updated.index());
    if (updated.changed()) {
      progress.info(
          "Pushed " + target + " for " + platforms(updated.index(), target) + ": " + digest);
    } else {
      reportThere(target, digest);
    }
    return digest;
  }

  private static String platforms(FetchedDocument index, Reference target) {
    return IndexMerge.images(index, target).stream()
        .flatMap(image -> image.platform().stream())
        .map(Platform::toString)
        .collect(Collectors.joining(", "));
  }

  private void reportThere(Reference name, Digest digest) {
    progress.info(name + " is already in the registry: " + digest);
  }

  private void tag(
      TaggedImages tags, Reference target, Descriptor entry, FetchedDocument document) {
    Optional<String> architecture = IndexEntries.architecture(entry);
    if (architecture.isPresent()) {
      Reference name = target.ofArchitecture(architecture.get());
      if (tags.put(architecture.get(), document)) {
        progress.info("Pushed " + name + ": " + entry.digest());
      } else {
        reportThere(name, entry.digest());
      }
    }
  }

  /**
   * Makes an index of the images that machines have pushed for single architectures, and adds it to
   * the one that the registry has.
   *
   * @return the digest that the name now has
   * @throws RegistryFailure.NotFound if the registry has no such image
   */
  public Digest gather(Reference name, List<String> order) {
    TaggedImages tags = new TaggedImages(client, name);
    List<Descriptor> found =
        order.stream().flatMap(architecture -> tags.find(architecture).stream()).toList();
    if (found.isEmpty()) {
      throw new RegistryFailure.NotFound(
          "the registry has no image for any architecture, such as "
              + name.ofArchitecture(order.getFirst()),
          name.toString(),
          "push the images first, with: linuxkit pkg push FOLDER");
    }
    return update(IndexMerge.index(found), name, new Options(true, order));
  }

  /**
   * Gives an index in the registry a second tag. If the second tag exists, it is left as it is
   * unless the index only adds platforms to it.
   *
   * @return the digest that the second tag now has
   * @throws RegistryFailure.NotFound if the registry does not have the index
   */
  public Digest release(Reference name, Reference release, boolean tags) {
    boolean changed = false;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      // Another machine may add platforms meanwhile, which the release must get, too.
      FetchedDocument index =
          client
              .findTarget(name)
              .orElseThrow(
                  () ->
                      new RegistryFailure.NotFound(
                          "the registry does not have the image to be released as " + release.tag(),
                          name.toString(),
                          "push it first"));
      Digest digest = digest(index);
      Optional<FetchedDocument> there = client.findTarget(release);
      if (there.filter(found -> digest(found).equals(digest)).isPresent()) {
        if (!changed) {
          reportThere(release, digest);
        }
        return digest;
      }
      if (there.isPresent() && !hasAll(index, there.get(), release)) {
        Digest other = digest(there.get());
        progress.warn(
            release + " is already in the registry, and is not " + name + ". It stays: " + other);
        return other;
      }
      if (tags) {
        tagAll(index, name, release);
      }
      client.putManifest(release, index);
      changed = true;
      progress.info("Pushed " + release + ": " + digest);
    }
    throw new RegistryFailure.WrongContent(
        "the index in the registry changed " + ATTEMPTS + " times while it was tagged",
        release.toString(),
        "push it again");
  }

  private void tagAll(FetchedDocument index, Reference name, Reference release) {
    if (MediaTypes.isIndex(index.descriptor().mediaType())) {
      TaggedImages tags = new TaggedImages(client, release);
      for (Descriptor entry : IndexMerge.images(index, name)) {
        Reference image =
            new Reference(name.registry(), name.repository(), "", Optional.of(entry.digest()));
        client.findTarget(image).ifPresent(document -> tag(tags, release, entry, document));
      }
    }
  }

  private static boolean hasAll(FetchedDocument index, FetchedDocument other, Reference name) {
    Set<Digest> digests = new HashSet<>();
    if (MediaTypes.isIndex(index.descriptor().mediaType())) {
      IndexMerge.images(index, name).forEach(image -> digests.add(image.digest()));
    }
    return MediaTypes.isIndex(other.descriptor().mediaType())
        ? IndexMerge.images(other, name).stream()
            .allMatch(image -> digests.contains(image.digest()))
        : digests.contains(digest(other));
  }
}
