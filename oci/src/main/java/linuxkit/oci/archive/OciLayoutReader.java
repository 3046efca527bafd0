package linuxkit.oci.archive;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.store.ImageStore;

/** Reads an OCI image layout in an archive (OCI image specification, image-layout.md). */
final class OciLayoutReader {
  static final String LAYOUT = "oci-layout";
  static final String INDEX = "index.json";

  /** The annotation in which containerd, Docker and LinuxKit write the full name of an image. */
  static final String IMAGE_NAME = "io.containerd.image.name";

  static final String REF_NAME = "org.opencontainers.image.ref.name";

  private static final int MAX_NESTING = 4;

  private final ImageStore store;
  private final ArchiveMembers members;
  private final String where;
  // An index may list another one many times; it is read only once.
  private final Set<Digest> seen = new HashSet<>();

  OciLayoutReader(ImageStore store, ArchiveMembers members, String where) {
    this.store = store;
    this.members = members;
    this.where = where;
  }

  List<ArchivedImage> images() {
    List<ArchivedImage> images = new ArrayList<>();
    byte[] index = members.document(INDEX).orElseThrow();
    for (Descriptor root :
        ImageIndex.parse(index, MediaTypes.OCI_INDEX, where + ", " + INDEX).manifests()) {
      require(root);
      complete(root, 0);
      images.add(new ArchivedImage(plain(root), name(root).stream().toList()));
    }
    if (images.isEmpty()) {
      throw new ArchiveFailure("index.json of the archive lists no image", where, "");
    }
    return images;
  }

  // The specification allows a bare tag here, which does not name an image.
  private static Optional<String> name(Descriptor root) {
    return Stream.of(IMAGE_NAME, REF_NAME)
        .flatMap(key -> Optional.ofNullable(root.annotations().get(key)).stream())
        .filter(name -> name.contains("/") || name.contains(":"))
        .findFirst();
  }

  private static Descriptor plain(Descriptor root) {
    return Descriptor.of(root.mediaType(), root.digest(), root.size());
  }

  /**
   * Checks that the archive is complete. It may lack images of an index, but not parts of an image.
   */
  private void complete(Descriptor document, int depth) {
    String at = where + ", " + document.digest();
    if (depth == MAX_NESTING) {
      throw new ManifestFailure("indexes are nested too deeply", at, "");
    }
    if (!seen.add(document.digest())) {
      return;
    }
    if (MediaTypes.isIndex(document.mediaType())) {
      List<Descriptor> there =
          ImageIndex.parse(store.read(document), document.mediaType(), at).manifests().stream()
              .filter(store::has)
              .toList();
      if (there.isEmpty()) {
        throw new ArchiveFailure("the archive has none of the images of an index", at, "");
      }
      there.forEach(entry -> complete(entry, depth + 1));
    } else if (MediaTypes.isManifest(document.mediaType())) {
      ImageManifest manifest = ImageManifest.parse(store.read(document), document.mediaType(), at);
      require(manifest.config());
      manifest.layers().forEach(this::require);
    } else {
      throw new ManifestFailure("the document is not an image but " + document.mediaType(), at, "");
    }
  }

  private void require(Descriptor blob) {
    if (!store.has(blob)) {
      throw new ArchiveFailure(
          "the archive lacks the blob " + blob.digest(),
          where,
          "the archive may be truncated; save it again");
    }
  }
}
