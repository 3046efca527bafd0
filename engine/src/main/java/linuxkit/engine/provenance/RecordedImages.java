package linuxkit.engine.provenance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Printable;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.trust.TrustFailure;

/**
 * The images that a provenance names. No registry and no name in the store decides what a reference
 * means.
 */
final class RecordedImages implements Images {
  private static final long MAX_DOCUMENT = 4 << 20;

  private final Map<String, Dependency> images = new HashMap<>();
  private final Puller puller;
  private final String where;

  RecordedImages(List<Dependency> dependencies, Puller puller, String where) {
    dependencies.stream()
        .filter(Dependency::isImage)
        .forEach(image -> images.put(image.name(), image));
    this.puller = puller;
    this.where = where;
  }

  @Override
  public Image find(Reference reference, Platform platform) {
    Dependency recorded = recorded(reference);
    Image image =
        root(recorded)
            .map(root -> puller.find(reference, root, platform))
            .orElseGet(() -> puller.find(pinned(reference, recorded), platform));
    String manifest = recorded.annotations().getOrDefault(Dependency.MANIFEST, "");
    if (!manifest.isEmpty() && !image.digest().toString().equals(manifest)) {
      throw new TrustFailure(
          "the image %s has the manifest %s for %s, not %s"
              .formatted(reference, image.digest(), platform, Printable.line(manifest)),
          where,
          "");
    }
    return image;
  }

  @Override
  public ImageBlobs blobs(Reference reference, List<Platform> platforms) {
    Dependency recorded = recorded(reference);
    return root(recorded)
        .map(root -> puller.blobs(reference, root, platforms))
        .orElseGet(() -> puller.blobs(pinned(reference, recorded), platforms));
  }

  private Dependency recorded(Reference reference) {
    Dependency recorded = images.get(reference.toString());
    if (recorded == null) {
      throw new TrustFailure(
          "the manifest names the image " + reference + ", which is not a dependency",
          where,
          "the provenance is incomplete");
    }
    return recorded;
  }

  private Optional<Descriptor> root(Dependency image) {
    String size = image.annotations().getOrDefault(Dependency.SIZE, "");
    if (image.mediaType().isEmpty() || !size.matches("[0-9]{1,7}")) {
      return Optional.empty();
    }
    long bytes = Long.parseLong(size);
    return bytes > MAX_DOCUMENT
        ? Optional.empty()
        : Optional.of(Descriptor.of(image.mediaType(), digest(image), bytes));
  }

  private Reference pinned(Reference reference, Dependency image) {
    return new Reference(
        reference.registry(), reference.repository(), reference.tag(), Optional.of(digest(image)));
  }

  private Digest digest(Dependency image) {
    return Digest.parse("sha256:" + image.sha256())
        .orElseThrow(
            () ->
                new TrustFailure(
                    "the image " + Printable.line(image.name()) + " has no SHA-256", where, ""));
  }
}
