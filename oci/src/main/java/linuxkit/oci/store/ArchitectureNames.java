package linuxkit.oci.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.IndexEntries;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;

/**
 * The names {@code NAME-ARCH} of an index's images, which LinuxKit's store has and its users' tools
 * look for. They are output only: nothing here finds an image by such a name unless it is asked
 * for.
 */
public record ArchitectureNames(ImageStore store) {
  /**
   * Names the images of an index that the store has. A name that something else has is left alone.
   *
   * @param name of the index; without a tag, nothing is named
   * @param before what had the name until now
   */
  public void update(Reference name, Optional<Descriptor> before, Descriptor root) {
    List<Digest> replaced =
        before.map(this::images).orElse(Map.of()).values().stream()
            .map(Descriptor::digest)
            .toList();
    images(root)
        .forEach(
            (architecture, image) -> {
              Optional<Reference> own = name(name, architecture);
              boolean free =
                  own.isPresent()
                      && store
                          .find(own.get())
                          .filter(there -> !replaced.contains(there.digest()))
                          .isEmpty();
              if (free && store.has(image)) {
                store.name(own.get(), image);
              }
            });
  }

  /** Returns those of these names that the images of an index have. */
  public List<Reference> of(Reference name, Descriptor root) {
    List<Reference> names = new ArrayList<>();
    images(root)
        .forEach(
            (architecture, image) ->
                name(name, architecture)
                    .filter(
                        own ->
                            store
                                .find(own)
                                .filter(there -> there.digest().equals(image.digest()))
                                .isPresent())
                    .ifPresent(names::add));
    return names;
  }

  private static Optional<Reference> name(Reference name, String architecture) {
    return name.tag().isEmpty() || name.digest().isPresent()
        ? Optional.empty()
        : Optional.of(name.ofArchitecture(architecture));
  }

  /** Returns the first image of an index for each architecture. */
  private Map<String, Descriptor> images(Descriptor root) {
    Map<String, Descriptor> images = new LinkedHashMap<>();
    if (!MediaTypes.isIndex(root.mediaType()) || !store.has(root)) {
      return images;
    }
    try {
      List<Descriptor> entries =
          new ArrayList<>(
              ImageIndex.parse(store.read(root), root.mediaType(), root.digest().toString())
                  .manifests());
      entries.sort(Comparator.comparingInt(e -> e.platform().map(Platform::level).orElse(0)));
      for (Descriptor image : entries) {
        IndexEntries.architecture(image)
            .filter(architecture -> architecture.matches("[a-z0-9]{1,20}"))
            .ifPresent(architecture -> images.putIfAbsent(architecture, image));
      }
    } catch (Failure _) {
      // Whoever uses the index reports what is wrong with it.
    }
    return images;
  }
}
