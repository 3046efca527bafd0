package linuxkit.oci.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.TarWriter;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.ReferenceFailure;
import linuxkit.oci.signatures.SignatureArtefact;
import linuxkit.oci.signatures.SignatureCopies;
import linuxkit.oci.store.BlobSelection;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.SelectedImage;

/**
 * Writes an image of a store as one tar archive. The output depends only on the image and its name,
 * and is verified as it is written.
 *
 * @param reference the image's name in the store
 * @param root the image's index or manifest
 * @param name the name to write into the archive
 */
public record ImageExport(ImageStore store, Reference reference, Descriptor root, Reference name) {
  private static final Metadata FILE = Metadata.of(0644, 0, 0, 0);
  private static final Metadata DIRECTORY = Metadata.of(0755, 0, 0, 0);

  /**
   * Writes an OCI image layout (OCI image specification, image-layout.md). With a platform, it has
   * only that manifest; without one, the whole image unchanged.
   *
   * @param out the caller closes it
   * @throws linuxkit.base.Failure if a blob is missing or damaged
   */
  public void writeOci(Optional<Platform> platform, OutputStream out) throws IOException {
    writeOci(platform, false, out);
  }

  /**
   * Writes an OCI image layout like the other method of this name.
   *
   * @param signed whether to add what the store has that is signed about the image
   */
  public void writeOci(Optional<Platform> platform, boolean signed, OutputStream out)
      throws IOException {
    Descriptor top = platform.map(p -> selected(p).descriptor()).orElse(root);
    ImageBlobs blobs =
        BlobSelection.of(reference, top, List.of(), blob -> store.read(blob, reference)).in(store);
    FileTree tree = new FileTree(DIRECTORY);
    put(
        tree,
        OciLayoutReader.LAYOUT,
        Content.of(
            JsonFormat.indented(4)
                .bytes(JsonObject.builder().put("imageLayoutVersion", "1.0.0").build())));
    List<Json> entries = new ArrayList<>();
    entries.add(named(top, claimed(top.digest())).toJson());
    Map<Digest, Content> all = new LinkedHashMap<>(blobs.blobs());
    if (signed) {
      SignatureCopies.about(store, reference, top)
          .forEach(
              (subject, artefacts) -> {
                for (SignatureArtefact artefact : artefacts) {
                  Descriptor manifest = artefact.manifest().descriptor();
                  entries.add(named(manifest, artefact.name(name, subject)).toJson());
                  all.put(manifest.digest(), Content.of(artefact.manifest().bytes()));
                  artefact.blobs().forEach((digest, bytes) -> all.put(digest, Content.of(bytes)));
                }
              });
    }
    put(
        tree,
        OciLayoutReader.INDEX,
        Content.of(JsonFormat.indented(3).bytes(ImageIndex.json(entries))));
    directory(tree, "blobs");
    all.forEach(
        (digest, content) -> {
          directory(tree, "blobs/" + digest.algorithm());
          put(tree, "blobs/" + digest.algorithm() + "/" + digest.hex(), content);
        });
    write(tree, out);
  }

  private static Descriptor named(Descriptor top, Reference name) {
    TreeMap<String, String> annotations = new TreeMap<>(top.annotations());
    annotations.put(OciLayoutReader.REF_NAME, name.toString());
    annotations.put(OciLayoutReader.IMAGE_NAME, name.toString());
    return new Descriptor(top.mediaType(), top.digest(), top.size(), top.platform(), annotations);
  }

  // A name with the digest of an index must not stand for the image of one of its platforms.
  private Reference claimed(Digest digest) {
    if (name.digest().isEmpty() || name.digest().equals(Optional.of(digest))) {
      return name;
    }
    if (!name.equals(reference)) {
      throw ReferenceFailure.otherDigest(name, digest, reference.toString());
    }
    return new Reference(name.registry(), name.repository(), name.tag(), Optional.of(digest));
  }

  /**
   * Writes an archive for {@code docker load}. The layers are uncompressed, because not every
   * engine supports every compression.
   *
   * @param out the caller closes it
   */
  public void writeDocker(Platform platform, OutputStream out) throws IOException {
    writeDocker(List.of(this), platform, out);
  }

  /** Writes several images as one archive for {@code docker load}. */
  public static void writeDocker(List<ImageExport> images, Platform platform, OutputStream out)
      throws IOException {
    FileTree tree = new FileTree(DIRECTORY);
    List<Json> entries = new ArrayList<>();
    for (ImageExport image : images) {
      entries.add(image.addDocker(tree, platform));
    }
    put(tree, DockerArchive.MANIFEST, Content.of(JsonFormat.COMPACT.bytes(new JsonArray(entries))));
    write(tree, out);
  }

  private JsonObject addDocker(FileTree tree, Platform platform) {
    SelectedImage image = selected(platform);
    Descriptor config = image.manifest().config();
    put(tree, config.digest().toString(), Content.of(store.read(config, reference)));
    List<String> layers = new ArrayList<>();
    for (int i = 0; i < image.manifest().layers().size(); i++) {
      Descriptor layer = image.manifest().layers().get(i);
      Digest diffId = image.config().diffIds().get(i);
      String file = diffId.hex() + ".tar";
      put(tree, file, store.unpacked(reference, layer, diffId));
      layers.add(file);
    }
    return JsonObject.builder()
        .put("Config", config.digest().toString())
        .put("RepoTags", List.of(tagged()))
        .put("Layers", layers)
        .build();
  }

  // Docker requires a tag and refuses a digest in the name.
  private String tagged() {
    return name.locator() + ":" + (name.tag().isEmpty() ? "latest" : name.tag());
  }

  /**
   * Writes the files of the image, with all layers applied.
   *
   * @param out the caller closes it
   */
  public void writeFiles(Platform platform, OutputStream out) throws IOException {
    write(store.image(reference, root, platform).tree(), out);
  }

  private SelectedImage selected(Platform platform) {
    return SelectedImage.of(reference, root, platform, blob -> store.read(blob, reference));
  }

  private static void put(FileTree tree, String path, Content content) {
    tree.put(path, new Node.RegularFile(FILE, content), Origin.NONE);
  }

  private static void directory(FileTree tree, String path) {
    tree.put(path, new Node.Directory(DIRECTORY), Origin.NONE);
  }

  private static void write(FileTree tree, OutputStream out) throws IOException {
    TarWriter tar = new TarWriter(out);
    tar.addTree(tree, TarWriter.NO_RECORDS);
    tar.finish();
  }
}
