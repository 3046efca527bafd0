package linuxkit.engine.lock.update;

import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.engine.lock.LockedImage;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.DocumentSource;

/** Reads the images for all platforms below a root. */
final class PlatformImages {
  private static final int MAX_NESTING = 4;

  // BuildKit gives this platform to the attestations in an index.
  private static final String UNKNOWN = "unknown";

  private final Reference reference;
  private final DocumentSource documents;
  private final SortedMap<String, LockedImage.PlatformImage> found = new TreeMap<>();
  private final Set<Digest> seen = new HashSet<>();

  private PlatformImages(Reference reference, DocumentSource documents) {
    this.reference = reference;
    this.documents = documents;
  }

  /**
   * Returns the first image for each platform.
   *
   * @throws ManifestFailure if it has no image for any platform
   */
  static LockedImage of(Reference reference, Descriptor root, DocumentSource documents) {
    PlatformImages images = new PlatformImages(reference, documents);
    images.add(root, 0);
    if (images.found.isEmpty()) {
      throw new ManifestFailure(
          "it is not an image, and lists no images", reference + ", " + root.digest(), "");
    }
    return new LockedImage(
        reference, Descriptor.of(root.mediaType(), root.digest(), root.size()), images.found);
  }

  private void add(Descriptor entry, int depth) {
    String where = reference + ", " + entry.digest();
    if (!seen.add(entry.digest())) {
      return;
    }
    if (MediaTypes.isIndex(entry.mediaType())) {
      if (depth == MAX_NESTING) {
        throw new ManifestFailure("indexes are nested too deeply", where, "");
      }
      ImageIndex.parse(documents.read(entry), entry.mediaType(), where)
          .manifests()
          .forEach(each -> add(each, depth + 1));
    } else if (MediaTypes.isManifest(entry.mediaType())
        && !entry.platform().map(Platform::os).orElse("").equals(UNKNOWN)) {
      addImage(entry, where);
    }
  }

  private void addImage(Descriptor entry, String where) {
    Descriptor config =
        ImageManifest.parse(documents.read(entry), entry.mediaType(), where).config();
    if (MediaTypes.isConfig(config.mediaType())) {
      String name = entry.platform().map(Platform::toString).orElseGet(() -> name(config, where));
      found.putIfAbsent(name, new LockedImage.PlatformImage(entry.digest(), config.digest()));
    }
  }

  private String name(Descriptor config, String where) {
    ImageConfig read = ImageConfig.parse(documents.read(config), where);
    return read.architecture().isEmpty() || read.os().isEmpty()
        ? LockedImage.ANY
        : new Platform(read.os(), read.architecture(), "").toString();
  }
}
