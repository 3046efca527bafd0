package linuxkit.oci.registry.transfer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.ImageNotFoundFailure;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.store.ImageStore;

/**
 * The blobs of an image to push: parts in any order, and documents, each after everything it lists.
 */
final class PushedImage {
  private static final int MAX_NESTING = 4;

  private final ImageStore store;
  private final Reference name;
  private final Map<Digest, Descriptor> parts = new LinkedHashMap<>();
  private final List<FetchedDocument> documents = new ArrayList<>();
  private final Set<Digest> seen = new HashSet<>();

  private PushedImage(ImageStore store, Reference name) {
    this.store = store;
    this.name = name;
  }

  /**
   * Reads all documents of an image.
   *
   * @param name the image's name in the store
   * @throws ManifestFailure if the root is neither an index nor a manifest
   * @throws ImageNotFoundFailure if the store lacks some of what an index lists
   * @throws linuxkit.base.Failure if anything else is missing or damaged
   */
  static PushedImage of(ImageStore store, Reference name, Descriptor root) {
    if (!MediaTypes.isIndex(root.mediaType()) && !MediaTypes.isManifest(root.mediaType())) {
      throw new ManifestFailure(
          "the root is not an image but " + root.mediaType(), name + ", " + root.digest(), "");
    }
    PushedImage image = new PushedImage(store, name);
    image.gather(root, 0);
    image.parts.values().forEach(part -> store.require(part, name));
    return image;
  }

  Reference name() {
    return name;
  }

  Collection<Descriptor> parts() {
    return parts.values();
  }

  /** Returns the documents below the root. */
  List<FetchedDocument> children() {
    return documents.subList(0, documents.size() - 1);
  }

  FetchedDocument root() {
    return documents.getLast();
  }

  private void gather(Descriptor blob, int depth) {
    String where = name + ", " + blob.digest();
    if (depth == MAX_NESTING) {
      throw new ManifestFailure("indexes are nested too deeply", where, "");
    }
    if (!seen.add(blob.digest())) {
      return;
    }
    if (MediaTypes.isIndex(blob.mediaType())) {
      ImageIndex index = ImageIndex.parse(store.read(blob, name), blob.mediaType(), where);
      requireAll(index);
      index.manifests().forEach(entry -> gather(entry, depth + 1));
    } else if (MediaTypes.isManifest(blob.mediaType())) {
      ImageManifest manifest = ImageManifest.parse(store.read(blob, name), blob.mediaType(), where);
      Stream.concat(Stream.of(manifest.config()), manifest.layers().stream())
          .filter(part -> !MediaTypes.isForeign(part.mediaType()))
          .forEach(part -> parts.putIfAbsent(part.digest(), part));
    } else {
      parts.putIfAbsent(blob.digest(), blob);
      return;
    }
    documents.add(new FetchedDocument(blob, store.read(blob, name)));
  }

  /**
   * Checks that the store has all that an index lists. An index that was pulled for some platforms
   * only has entries whose blobs are missing.
   */
  private void requireAll(ImageIndex index) {
    Set<String> platforms = new LinkedHashSet<>();
    Set<String> others = new LinkedHashSet<>();
    for (Descriptor entry : index.manifests()) {
      if (!isComplete(entry)) {
        entry
            .platform()
            .filter(platform -> !platform.architecture().equals("unknown"))
            .map(Platform::toString)
            .ifPresentOrElse(platforms::add, () -> others.add(entry.digest().toString()));
      }
    }
    if (!platforms.isEmpty() || !others.isEmpty()) {
      // Missing attestations are not reported if their image is missing too.
      throw ImageNotFoundFailure.incomplete(
          name, platforms.isEmpty() ? others : platforms, "the image store " + store.root());
    }
  }

  private boolean isComplete(Descriptor entry) {
    return store.reachable(entry).stream()
        .allMatch(part -> MediaTypes.isForeign(part.mediaType()) || store.has(part));
  }
}
