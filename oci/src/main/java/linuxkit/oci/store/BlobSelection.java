package linuxkit.oci.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import linuxkit.filesystem.Content;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.ImageNotFoundFailure;
import linuxkit.oci.IndexEntries;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;

/**
 * The blobs of an image for some of its platforms.
 *
 * <p>An index that lists other platforms too is rewritten to list only the selected entries; its
 * other members stay unchanged. Attestations stay with their image.
 */
public final class BlobSelection {
  private static final int MAX_NESTING = 4;

  private final Reference reference;
  private final List<Platform> platforms;
  private final DocumentSource source;
  private final SequencedMap<Digest, Descriptor> documents = new LinkedHashMap<>();
  private final SequencedMap<Digest, Descriptor> parts = new LinkedHashMap<>();
  private Optional<byte[]> filtered = Optional.empty();
  private Descriptor root;

  private BlobSelection(
      Reference reference, Descriptor root, List<Platform> platforms, DocumentSource source) {
    this.reference = reference;
    this.root = root;
    this.platforms = platforms;
    this.source = source;
  }

  /**
   * Reads the documents of an image and selects the blobs.
   *
   * @param platforms the wanted platforms; empty for all
   * @throws ImageNotFoundFailure if one of the platforms is missing
   * @throws ManifestFailure if a document does not belong to an image
   */
  public static BlobSelection of(
      Reference reference, Descriptor root, List<Platform> platforms, DocumentSource source) {
    BlobSelection selection = new BlobSelection(reference, root, platforms, source);
    selection.choose();
    return selection;
  }

  /** Returns the configurations and layers, which have not been read yet. */
  public Collection<Descriptor> parts() {
    return parts.values();
  }

  /** Returns the selected blobs with their content in a store. */
  public ImageBlobs in(ImageStore store) {
    SequencedMap<Digest, Content> blobs = new LinkedHashMap<>();
    filtered.ifPresent(index -> blobs.put(root.digest(), Content.of(index)));
    documents.forEach(
        (digest, blob) -> blobs.putIfAbsent(digest, StoredBlob.of(store, blob, reference)));
    parts.forEach(
        (digest, blob) -> blobs.putIfAbsent(digest, StoredBlob.of(store, blob, reference)));
    return new ImageBlobs(root, blobs);
  }

  private void choose() {
    if (platforms.isEmpty()) {
      take(root, 0);
      return;
    }
    Set<Platform> available = new LinkedHashSet<>();
    List<Descriptor> entries =
        MediaTypes.isIndex(root.mediaType()) ? index(root).manifests() : List.of(root);
    Set<Digest> kept = new HashSet<>();
    for (Descriptor entry : entries) {
      Optional<Platform> platform = platform(entry);
      platform.ifPresent(available::add);
      if (platform.isEmpty()
          ? MediaTypes.isIndex(entry.mediaType())
          : platforms.stream().anyMatch(wanted -> wanted.accepts(platform.get()))) {
        kept.add(entry.digest());
      }
    }
    for (Platform wanted : platforms) {
      if (available.stream().noneMatch(wanted::accepts)) {
        throw ImageNotFoundFailure.otherPlatform(reference, wanted, available);
      }
    }
    List<Boolean> keep = new ArrayList<>();
    for (Descriptor entry : entries) {
      boolean wanted = kept.contains(entry.digest()) || IndexEntries.isAbout(entry, kept);
      keep.add(wanted);
      if (wanted) {
        take(entry, 1);
      }
    }
    if (!keep.contains(false)) {
      documents.put(root.digest(), root);
    } else {
      filter(keep);
    }
  }

  // If an entry has no platform, the image's configuration may have one.
  private Optional<Platform> platform(Descriptor entry) {
    if (IndexEntries.isAttestation(entry)) {
      return Optional.empty();
    }
    if (entry.platform().isPresent() || !MediaTypes.isManifest(entry.mediaType())) {
      return entry.platform();
    }
    Descriptor config = manifest(entry).config();
    if (!MediaTypes.isConfig(config.mediaType())) {
      return Optional.empty();
    }
    ImageConfig image = ImageConfig.parse(source.read(config), where(config));
    return Optional.of(new Platform(image.os(), image.architecture(), ""));
  }

  private void take(Descriptor blob, int depth) {
    if (depth > MAX_NESTING) {
      throw new ManifestFailure("indexes are nested too deeply", where(blob), "");
    }
    if (MediaTypes.isIndex(blob.mediaType())) {
      if (documents.putIfAbsent(blob.digest(), blob) == null) {
        index(blob).manifests().forEach(entry -> take(entry, depth + 1));
      }
    } else if (MediaTypes.isManifest(blob.mediaType())) {
      documents.put(blob.digest(), blob);
      ImageManifest manifest = manifest(blob);
      parts.putIfAbsent(manifest.config().digest(), manifest.config());
      manifest.layers().forEach(layer -> parts.putIfAbsent(layer.digest(), layer));
    } else {
      parts.putIfAbsent(blob.digest(), blob);
    }
  }

  private void filter(List<Boolean> keep) {
    JsonObject.Builder index = JsonObject.builder();
    ((JsonObject) Json.parse(source.read(root), where(root)))
        .members()
        .forEach(
            (key, value) -> index.put(key, key.equals("manifests") ? kept(value, keep) : value));
    byte[] bytes = JsonFormat.COMPACT.bytes(index.build());
    filtered = Optional.of(bytes);
    root =
        new Descriptor(
            root.mediaType(),
            Digest.sha256(bytes),
            bytes.length,
            Optional.empty(),
            Collections.emptySortedMap());
  }

  private static Json kept(Json manifests, List<Boolean> keep) {
    List<Json> kept = new ArrayList<>();
    List<Json> all = ((JsonArray) manifests).elements();
    for (int i = 0; i < all.size(); i++) {
      if (keep.get(i)) {
        kept.add(all.get(i));
      }
    }
    return new JsonArray(kept);
  }

  private ImageIndex index(Descriptor blob) {
    return ImageIndex.parse(source.read(blob), blob.mediaType(), where(blob));
  }

  private ImageManifest manifest(Descriptor blob) {
    return ImageManifest.parse(source.read(blob), blob.mediaType(), where(blob));
  }

  private String where(Descriptor blob) {
    return reference + ", " + blob.digest();
  }
}
