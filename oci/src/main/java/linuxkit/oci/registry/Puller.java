package linuxkit.oci.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.Images;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;

/**
 * The images of a store, and those of the registries, which are brought into the store first. An
 * image gets its name there when all of it is there and verified, not before.
 */
public final class Puller implements Images {
  /** When to ask the registry for an image. */
  public enum When {
    /** When the store has not got all of it. */
    MISSING,
    /** Every time: a tag may stand for something new. */
    ALWAYS
  }

  private final ImageStore store;
  private final Images stored;
  private final RegistryClient client;
  private final When when;
  private final BlobPuller blobs;

  /**
   * @param stored the images of {@code store}
   * @param client stays the caller's, who closes it
   */
  public Puller(
      ImageStore store, Images stored, RegistryClient client, When when, Progress progress) {
    this.store = store;
    this.stored = stored;
    this.client = client;
    this.when = when;
    this.blobs = new BlobPuller(store, client, progress);
  }

  @Override
  public Image find(Reference reference, Platform platform) {
    if (when == When.ALWAYS || !isComplete(reference, platform)) {
      pull(reference, List.of(platform));
    }
    return stored.find(reference, platform);
  }

  /**
   * Fetches an image for each of the platforms, whatever the store has of it; of an index the whole
   * document, but only these images. What is there already and whole is not fetched again.
   *
   * @return the index or manifest that has the name now
   * @throws linuxkit.base.Failure when it cannot be had, or not for all of the platforms; the name
   *     then stands for what it stood for before
   */
  public Descriptor pull(Reference reference, Collection<Platform> platforms) {
    Fetched root = client.manifest(reference);
    if (MediaTypes.isIndex(root.descriptor().mediaType())) {
      ImageIndex index = parseIndex(reference, root);
      List<Descriptor> images = new ArrayList<>();
      for (Platform platform : platforms) {
        images.add(
            choose(index, platform)
                .orElseThrow(() -> otherPlatform(reference, platform, platforms(index))));
      }
      fetchAll(reference, images);
    } else {
      fetchImage(reference, root, platforms);
    }
    return name(reference, root);
  }

  /** As {@link #pull}, of every image that the index lists, attestations included. */
  public Descriptor pullAll(Reference reference) {
    Fetched root = client.manifest(reference);
    if (MediaTypes.isIndex(root.descriptor().mediaType())) {
      fetchAll(reference, parseIndex(reference, root).manifests());
    } else {
      fetchImage(reference, root, List.of());
    }
    return name(reference, root);
  }

  private boolean isComplete(Reference reference, Platform platform) {
    Optional<Descriptor> root = store.find(reference).filter(store::has);
    if (root.isPresent() && MediaTypes.isIndex(root.get().mediaType())) {
      ImageIndex index =
          ImageIndex.parse(
              store.read(root.get()), root.get().mediaType(), where(reference, "index"));
      return choose(index, platform).filter(image -> isComplete(reference, image)).isPresent();
    }
    return root.filter(image -> isComplete(reference, image)).isPresent();
  }

  private boolean isComplete(Reference reference, Descriptor image) {
    if (!store.has(image)) {
      return false;
    }
    ImageManifest manifest =
        ImageManifest.parse(store.read(image), image.mediaType(), where(reference, "manifest"));
    return store.has(manifest.config()) && manifest.layers().stream().allMatch(store::has);
  }

  // As in LinuxKit, the first entry wins, and a variant counts only where one is asked for.
  private static Optional<Descriptor> choose(ImageIndex index, Platform wanted) {
    return index.manifests().stream()
        .filter(m -> m.platform().filter(p -> serves(p, wanted)).isPresent())
        .findFirst();
  }

  private static boolean serves(Platform offered, Platform wanted) {
    return offered.os().equals(wanted.os())
        && offered.architecture().equals(wanted.architecture())
        && (wanted.variant().isEmpty() || offered.variant().equals(wanted.variant()));
  }

  private static List<Platform> platforms(ImageIndex index) {
    return index.manifests().stream()
        .flatMap(m -> m.platform().stream())
        .filter(p -> !p.os().equals("unknown"))
        .toList();
  }

  private void fetchAll(Reference reference, List<Descriptor> images) {
    for (Descriptor image : images) {
      fetchImage(reference, client.manifest(reference, image), List.of());
    }
  }

  /**
   * @param platforms those it has to serve; an index has chosen already
   */
  private void fetchImage(Reference reference, Fetched image, Collection<Platform> platforms) {
    ImageManifest manifest =
        ImageManifest.parse(
            image.bytes(), image.descriptor().mediaType(), where(reference, "manifest"));
    Descriptor config = manifest.config();
    if (!MediaTypes.isConfig(config.mediaType())) {
      throw new RegistryFailure.WrongContent(
          "it is not an image, but an artifact of type " + config.mediaType(),
          reference.toString(),
          "check the name");
    }
    if (config.size() > ImageStore.MAX_DOCUMENT) {
      throw new RegistryFailure.WrongContent(
          "its configuration is longer than " + ImageStore.MAX_DOCUMENT + " bytes",
          reference.toString(),
          "");
    }
    blobs.fetch(reference, List.of(config));
    if (!platforms.isEmpty()) {
      checkPlatforms(reference, config, platforms);
    }
    Map<Digest, Descriptor> layers = new LinkedHashMap<>();
    manifest.layers().forEach(layer -> layers.putIfAbsent(layer.digest(), layer));
    blobs.fetch(reference, List.copyOf(layers.values()));
    blobs.keep(image);
  }

  // A configuration that does not say what it is for is taken to be for anything.
  private void checkPlatforms(
      Reference reference, Descriptor config, Collection<Platform> platforms) {
    ImageConfig said = ImageConfig.parse(store.read(config), where(reference, "configuration"));
    Platform offered = new Platform(said.os(), said.architecture(), "");
    for (Platform wanted : platforms) {
      if (!offered.architecture().isEmpty()
          && !serves(offered, new Platform(wanted.os(), wanted.architecture(), ""))) {
        throw otherPlatform(reference, wanted, List.of(offered));
      }
    }
  }

  private Descriptor name(Reference reference, Fetched root) {
    blobs.keep(root);
    store.name(reference, root.descriptor());
    return root.descriptor();
  }

  private static ImageIndex parseIndex(Reference reference, Fetched root) {
    return ImageIndex.parse(root.bytes(), root.descriptor().mediaType(), where(reference, "index"));
  }

  private static RegistryFailure otherPlatform(
      Reference reference, Platform platform, List<Platform> available) {
    String there = available.stream().map(Platform::toString).collect(Collectors.joining(", "));
    return new RegistryFailure.NotFound(
        "the image is not for " + platform + (there.isEmpty() ? "" : ", only for " + there),
        reference.toString(),
        "choose another architecture, or an image that has this one");
  }

  private static String where(Reference reference, String document) {
    return reference + ": " + document;
  }
}
