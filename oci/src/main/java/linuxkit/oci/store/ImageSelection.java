package linuxkit.oci.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.ImageNotFoundFailure;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;

/** Selects the image for a platform below a root. */
final class ImageSelection {
  // Indexes may contain indexes; in practice they are nested once at most.
  private static final int MAX_NESTING = 4;

  private final DocumentSource documents;
  private final Reference reference;
  private final Platform platform;
  private final Digest root;
  private final Set<Platform> others = new LinkedHashSet<>();
  // An index may list another one many times; it is read only once.
  private final Set<Digest> seen = new HashSet<>();
  // Manifests without a platform.
  private final Map<Digest, Candidate> withoutPlatform = new LinkedHashMap<>();

  /** A manifest, with all entries of its index. */
  private record Candidate(Descriptor manifest, List<Descriptor> siblings) {}

  ImageSelection(DocumentSource documents, Reference reference, Platform platform, Digest root) {
    this.documents = documents;
    this.reference = reference;
    this.platform = platform;
    this.root = root;
  }

  SelectedImage image(Descriptor root) {
    if (!MediaTypes.isIndex(root.mediaType())) {
      withoutPlatform.put(root.digest(), new Candidate(root, List.of()));
    }
    return (MediaTypes.isIndex(root.mediaType())
            ? fromIndex(root, 0)
            : Optional.<SelectedImage>empty())
        .or(this::fromConfigs)
        .orElseThrow(() -> ImageNotFoundFailure.otherPlatform(reference, platform, others));
  }

  private Optional<SelectedImage> fromIndex(Descriptor index, int depth) {
    String where = where("index", index);
    if (depth == MAX_NESTING) {
      throw new ManifestFailure("indexes are nested too deeply", where, "");
    }
    if (!seen.add(index.digest())) {
      return Optional.empty();
    }
    List<Descriptor> entries =
        ImageIndex.parse(documents.read(index), index.mediaType(), where).manifests();
    for (Descriptor entry : byLevel(entries)) {
      Optional<SelectedImage> found = fromEntry(entry, depth, entries);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  // Of images for the same level, the first is taken.
  private List<Descriptor> byLevel(List<Descriptor> entries) {
    List<Descriptor> sorted = new ArrayList<>(entries);
    if (platform.variant().isEmpty()) {
      sorted.sort(Comparator.comparingInt(e -> e.platform().map(Platform::level).orElse(0)));
    }
    return sorted;
  }

  private Optional<SelectedImage> fromEntry(
      Descriptor entry, int depth, List<Descriptor> siblings) {
    if (Attestations.isAttestation(entry)) {
      return Optional.empty();
    }
    if (MediaTypes.isIndex(entry.mediaType())) {
      return fromIndex(entry, depth + 1);
    }
    if (!MediaTypes.isManifest(entry.mediaType())) {
      return Optional.empty();
    }
    if (entry.platform().isEmpty()) {
      withoutPlatform.put(entry.digest(), new Candidate(entry, siblings));
      return Optional.empty();
    }
    if (!platform.accepts(entry.platform().get())) {
      others.add(entry.platform().get());
      return Optional.empty();
    }
    return Optional.of(read(entry, siblings));
  }

  private Optional<SelectedImage> fromConfigs() {
    for (Candidate candidate : withoutPlatform.values()) {
      SelectedImage image = read(candidate.manifest(), candidate.siblings());
      ImageConfig config = image.config();
      Platform own = new Platform(config.os(), config.architecture(), "");
      if (config.architecture().isEmpty() || platform.accepts(own)) {
        return Optional.of(image);
      }
      others.add(own);
    }
    return Optional.empty();
  }

  private SelectedImage read(Descriptor descriptor, List<Descriptor> siblings) {
    String where = where("manifest", descriptor);
    ImageManifest manifest =
        ImageManifest.parse(documents.read(descriptor), descriptor.mediaType(), where);
    if (!MediaTypes.isConfig(manifest.config().mediaType())) {
      throw new ManifestFailure(
          "the manifest describes another kind of artefact, not an image: its configuration has type "
              + manifest.config().mediaType(),
          where,
          "name the image that the artefact belongs to");
    }
    ImageConfig config =
        ImageConfig.parse(
            documents.read(manifest.config()), where("configuration", manifest.config()));
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new ManifestFailure(
          "the manifest lists "
              + manifest.layers().size()
              + " layers, but the configuration lists "
              + config.diffIds().size(),
          where,
          "");
    }
    for (Descriptor layer : manifest.layers()) {
      if (!MediaTypes.isLayer(layer.mediaType())) {
        throw new ManifestFailure("unknown layer type: " + layer.mediaType(), where, "");
      }
    }
    return new SelectedImage(
        root, descriptor, manifest, config, Attestations.of(descriptor.digest(), siblings));
  }

  private String where(String document, Descriptor descriptor) {
    return reference + ", " + document + " " + descriptor.digest();
  }
}
