package linuxkit.oci.registry.transfer;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.IndexEntries;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.NamedDescriptor;

/**
 * Pushes images of a store to registries. Everything that a manifest lists is sent before the
 * manifest, so that concurrent readers never find half an image.
 */
public final class Pusher {
  private static final int SHOWN_DIGITS = 12;

  /**
   * Options of a push.
   *
   * @param override whether to push even if the registry has an image of that name
   * @param architectureTags whether each image of an index also gets its own tag, {@code
   *     TAG-ARCHITECTURE}
   */
  public record Options(boolean override, boolean architectureTags) {}

  private final ImageStore store;
  private final RegistryClient client;
  private final Progress progress;

  /**
   * Creates a pusher.
   *
   * @param client the caller keeps it and closes it
   */
  public Pusher(ImageStore store, RegistryClient client, Progress progress) {
    this.store = store;
    this.client = client;
    this.progress = progress;
  }

  /**
   * Pushes an index or manifest of the store. An index is merged with the registry's index of that
   * name, so that images for other platforms stay.
   *
   * @param image the image's name in the store, for failures
   * @param target the name to give it in the registry
   * @return the digest that the name now has in the registry
   * @throws linuxkit.oci.ImageNotFoundFailure if the store lacks some of what an index lists;
   *     nothing was sent in that case
   * @throws linuxkit.base.Failure if a part is missing or damaged, or the registry refuses it
   */
  public Digest push(Reference image, Descriptor root, Reference target, Options options) {
    Optional<FetchedDocument> existing = client.findTarget(target);
    if (existing.isPresent() && !options.override()) {
      Digest digest = existing.get().descriptor().digest();
      progress.info(target + " is already in the registry, as " + digest + ".");
      return digest;
    }
    PushedImage pushed = PushedImage.of(store, image, root);
    send(pushed, target);
    boolean index = MediaTypes.isIndex(root.mediaType());
    FetchedDocument document = pushed.root();
    FetchedDocument merged =
        index && existing.isPresent() ? IndexMerge.of(document, existing.get(), target) : document;
    client.putManifest(target, merged);
    if (index && options.architectureTags()) {
      tag(pushed, target);
    }
    return merged.descriptor().digest();
  }

  /** Sends everything but the root, so that the root can be named. */
  void send(PushedImage image, Reference target) {
    upload(image, target);
    image.children().forEach(document -> client.putManifest(byDigest(target, document), document));
  }

  private static Reference byDigest(Reference target, FetchedDocument document) {
    return new Reference(
        target.registry(), target.repository(), "", Optional.of(document.descriptor().digest()));
  }

  private void tag(PushedImage image, Reference target) {
    Set<String> tagged = new HashSet<>();
    FetchedDocument root = image.root();
    String where = image.name() + ", " + root.descriptor().digest();
    for (Descriptor entry :
        ImageIndex.parse(root.bytes(), root.descriptor().mediaType(), where).manifests()) {
      Optional<String> architecture = IndexEntries.architecture(entry);
      if (architecture.isPresent() && tagged.add(architecture.get())) {
        Reference name = target.ofArchitecture(architecture.get());
        image.children().stream()
            .filter(document -> document.descriptor().digest().equals(entry.digest()))
            .forEach(document -> client.putManifest(name, document));
      }
    }
  }

  private void upload(PushedImage image, Reference target) {
    Map<Digest, Reference> others = others(target);
    if (isElsewhere(image.name(), target)) {
      image.parts().forEach(part -> others.put(part.digest(), image.name()));
    }
    ConcurrentTransfers.each(
        target,
        image.parts(),
        part -> {
          String label = target + " " + part.digest().hex().substring(0, SHOWN_DIGITS);
          try (Progress.Task task = progress.begin(label, part.size())) {
            client.upload(
                target,
                part,
                store.content(part, image.name()),
                Optional.ofNullable(others.get(part.digest())),
                task);
          }
        });
  }

  /**
   * Finds blobs of images in other repositories of the same registry, from which they can be
   * mounted.
   */
  private Map<Digest, Reference> others(Reference target) {
    Map<Digest, Reference> others = new HashMap<>();
    for (NamedDescriptor other : store.list()) {
      Optional<Reference> reference = other.reference().filter(name -> isElsewhere(name, target));
      if (reference.isPresent()) {
        store.reachable(other.root()).forEach(blob -> others.put(blob.digest(), reference.get()));
      }
    }
    return others;
  }

  private static boolean isElsewhere(Reference name, Reference target) {
    return name.registry().equals(target.registry())
        && !name.repository().equals(target.repository());
  }
}
