package linuxkit.oci.registry.transfer;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.IndexEntries;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;

/** The images that a registry has for single architectures, under {@code TAG-ARCHITECTURE}. */
final class TaggedImages {
  private final RegistryClient client;
  private final Reference name;

  TaggedImages(RegistryClient client, Reference name) {
    this.client = client;
    this.name = name;
  }

  /** Returns the image for an architecture as an index lists it, with its attestations, if any. */
  List<Descriptor> find(String architecture) {
    return client
        .findTarget(name.ofArchitecture(architecture))
        .map(found -> entries(found, architecture))
        .orElse(List.of());
  }

  private List<Descriptor> entries(FetchedDocument found, String architecture) {
    Descriptor root = found.descriptor();
    if (!MediaTypes.isIndex(root.mediaType())) {
      return List.of(
          new Descriptor(
              root.mediaType(),
              root.digest(),
              root.size(),
              Optional.of(Platform.linux(architecture)),
              Collections.emptySortedMap()));
    }
    // LinuxKit's builders tag an index of one image.
    List<Descriptor> all =
        ImageIndex.parse(
                found.bytes(), root.mediaType(), name.ofArchitecture(architecture).toString())
            .manifests();
    List<Descriptor> images =
        all.stream()
            .filter(
                entry ->
                    entry
                        .platform()
                        .filter(platform -> platform.architecture().equals(architecture))
                        .isPresent())
            .toList();
    return IndexEntries.withAttestations(images, all);
  }

  /**
   * Tags an image for an architecture.
   *
   * @return false if it has the tag already
   */
  boolean put(String architecture, FetchedDocument image) {
    Reference tag = name.ofArchitecture(architecture);
    Optional<Digest> now = client.findTarget(tag).map(found -> found.descriptor().digest());
    if (now.equals(Optional.of(image.descriptor().digest()))) {
      return false;
    }
    client.putManifest(tag, image);
    return true;
  }
}
