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

/** An OCI image layout in an archive (OCI image specification, image-layout.md). */
final class OciLayoutReader {
  static final String LAYOUT = "oci-layout";
  static final String INDEX = "index.json";

  /** Where containerd, Docker and LinuxKit write the whole name of an image. */
  static final String IMAGE_NAME = "io.containerd.image.name";

  static final String REF_NAME = "org.opencontainers.image.ref.name";

  private static final int MAX_NESTING = 4;

  private final ImageStore store;
  private final ArchiveMembers members;
  private final String where;
  // An index that lists another one again and again must not have it read each time.
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
      throw new ArchiveFailure("its index.json lists no image", where, "");
    }
    return images;
  }

  // A bare tag, as the specification has it, names no image by itself.
  private static Optional<String> name(Descriptor root) {
    return Stream.of(IMAGE_NAME, REF_NAME)
        .flatMap(key -> Optional.ofNullable(root.annotations().get(key)).stream())
        .filter(name -> name.contains("/") || name.contains(":"))
        .findFirst();
  }

  private static Descriptor plain(Descriptor root) {
    return Descriptor.of(root.mediaType(), root.digest(), root.size());
  }

  /** An index may lack some of its images; one that is there must be there as a whole. */
  private void complete(Descriptor document, int depth) {
    String at = where + ", " + document.digest();
    if (depth == MAX_NESTING) {
      throw new ManifestFailure("indexes lie too deep within each other", at, "");
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
        throw new ArchiveFailure("it holds none of the images of an index", at, "");
      }
      there.forEach(entry -> complete(entry, depth + 1));
    } else if (MediaTypes.isManifest(document.mediaType())) {
      ImageManifest manifest = ImageManifest.parse(store.read(document), document.mediaType(), at);
      require(manifest.config());
      manifest.layers().forEach(this::require);
    } else {
      throw new ManifestFailure("it is not an image but " + document.mediaType(), at, "");
    }
  }

  private void require(Descriptor blob) {
    if (!store.has(blob)) {
      throw new ArchiveFailure(
          "it lacks the blob " + blob.digest(), where, "it may be cut off; save it again");
    }
  }
}
