package linuxkit.packaging.dockerfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.FileFailure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.archive.ImageExport;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.StoredIndexes;

/**
 * An OCI image layout with images of a store, for a program that builds from them. It holds links
 * to the store's blobs, so that nothing is copied, and the program sees no other image.
 */
public final class BaseLayout {
  private final ImageStore store;
  private final StoredIndexes indexes;
  private final Path folder;
  private final Path blobs;
  private final List<Descriptor> roots = new ArrayList<>();

  /**
   * Creates an empty layout.
   *
   * @param folder created; the caller removes it
   */
  public BaseLayout(ImageStore store, Path folder) {
    this.store = store;
    this.indexes = new StoredIndexes(store);
    this.folder = folder;
    this.blobs = folder.resolve("blobs/sha256");
    try {
      Files.createDirectories(blobs);
      Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    } catch (IOException e) {
      throw FileFailure.of("cannot create", folder, e);
    }
  }

  /**
   * An image of the layout.
   *
   * @param tag its name in the layout
   * @param platforms those for which the image is complete
   * @param stored the same image in the store
   */
  public record Entry(
      Path layout, String tag, Descriptor root, List<String> platforms, ImageExport stored) {
    public Entry {
      platforms = List.copyOf(platforms);
    }
  }

  /**
   * Adds an image for the platforms for which the store has all of it; empty if there is none.
   *
   * @param root an index or a manifest
   * @throws linuxkit.base.Failure if a document is damaged
   */
  public Optional<Entry> add(Reference reference, Descriptor root) {
    List<Descriptor> complete = new ArrayList<>();
    for (Descriptor manifest : images(reference, root)) {
      if (indexes.isComplete(manifest, reference)) {
        complete.add(manifest);
      }
    }
    if (complete.isEmpty()) {
      return Optional.empty();
    }
    List<Descriptor> placed = complete.stream().map(m -> place(reference, m)).toList();
    Descriptor top = MediaTypes.isIndex(root.mediaType()) ? index(placed) : placed.getFirst();
    String tag = "base" + roots.size();
    roots.add(named(top, tag));
    write(folder.resolve("index.json"), ImageIndex.bytes(roots));
    return Optional.of(
        new Entry(
            folder,
            tag,
            top,
            complete.stream().flatMap(m -> m.platform().stream()).map(Object::toString).toList(),
            new ImageExport(store, reference, root, reference)));
  }

  private List<Descriptor> images(Reference reference, Descriptor root) {
    return MediaTypes.isIndex(root.mediaType())
        ? indexes.entries(root, reference).stream()
            .filter(entry -> MediaTypes.isManifest(entry.mediaType()))
            .filter(entry -> entry.platform().filter(p -> !p.os().equals("unknown")).isPresent())
            .toList()
        : List.of(root);
  }

  private ImageManifest manifest(Reference reference, Descriptor manifest) {
    return ImageManifest.parse(
        store.read(manifest, reference), manifest.mediaType(), reference.toString());
  }

  /** Links the blobs of an image and returns its manifest in the layout. */
  private Descriptor place(Reference reference, Descriptor manifest) {
    ImageManifest parts = manifest(reference, manifest);
    parts.layers().forEach(this::link);
    byte[] config = store.read(parts.config(), reference);
    Optional<byte[]> complete =
        ImageHistory.completed(config, parts.layers().size(), reference.toString());
    if (complete.isEmpty()) {
      link(parts.config());
      link(manifest);
      return manifest;
    }
    Descriptor other = add(parts.config(), complete.get());
    return add(
        manifest,
        ImageHistory.withConfig(store.read(manifest, reference), other, reference.toString()));
  }

  private Descriptor add(Descriptor like, byte[] bytes) {
    Digest digest = Digest.sha256(bytes);
    write(blobs.resolve(digest.hex()), bytes);
    return new Descriptor(
        like.mediaType(), digest, bytes.length, like.platform(), like.annotations());
  }

  private void link(Descriptor blob) {
    Path from = blobs.resolve(blob.digest().hex());
    Path to =
        store
            .root()
            .toAbsolutePath()
            .resolve("blobs")
            .resolve(blob.digest().algorithm())
            .resolve(blob.digest().hex());
    try {
      // Images share layers.
      if (!Files.isSymbolicLink(from)) {
        Files.createSymbolicLink(from, to);
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot create", from, e);
    }
  }

  private Descriptor index(List<Descriptor> manifests) {
    byte[] bytes = ImageIndex.bytes(manifests);
    Descriptor index = Descriptor.of(MediaTypes.OCI_INDEX, Digest.sha256(bytes), bytes.length);
    write(blobs.resolve(index.digest().hex()), bytes);
    return index;
  }

  private static Descriptor named(Descriptor root, String tag) {
    TreeMap<String, String> annotations = new TreeMap<>();
    annotations.put("org.opencontainers.image.ref.name", tag);
    return new Descriptor(
        root.mediaType(), root.digest(), root.size(), root.platform(), annotations);
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", file, e);
    }
  }
}
