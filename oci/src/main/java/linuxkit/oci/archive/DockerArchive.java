package linuxkit.oci.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.JsonFields;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.store.ImageStore;

/**
 * Reads an archive of {@code docker save}: its {@code manifest.json} lists the configuration,
 * layers and names of each image (Docker image specification 1.2). It contains no OCI manifest, so
 * one is created.
 */
final class DockerArchive {
  static final String MANIFEST = "manifest.json";

  private final ImageStore store;
  private final ArchiveMembers members;
  private final String where;

  DockerArchive(ImageStore store, ArchiveMembers members, String where) {
    this.store = store;
    this.members = members;
    this.where = where;
  }

  List<ArchivedImage> images() {
    byte[] list =
        members
            .document(MANIFEST)
            .orElseThrow(
                () ->
                    new ArchiveFailure(
                        "the archive has neither index.json nor manifest.json",
                        where,
                        "use an archive from docker save, skopeo copy or linuxkit cache export"));
    List<ArchivedImage> images = new ArrayList<>();
    for (JsonFields image : JsonFields.parseList(list, where + ", " + MANIFEST)) {
      images.add(new ArchivedImage(manifest(image), image.texts("RepoTags")));
    }
    return images;
  }

  private Descriptor manifest(JsonFields image) {
    Descriptor file = members.blob(image.requiredText("Config"));
    Descriptor config = Descriptor.of(MediaTypes.OCI_CONFIG, file.digest(), file.size());
    List<Digest> diffIds =
        ImageConfig.parse(store.read(config), where + ", configuration " + config.digest())
            .diffIds();
    if (image.texts("Layers").contains("")) {
      throw new ArchiveFailure(
          "manifest.json lists a layer without a name", where, "save the archive again");
    }
    List<Descriptor> layers = image.texts("Layers").stream().map(members::blob).toList();
    if (layers.size() != diffIds.size()) {
      throw new ArchiveFailure(
          "the archive lists "
              + layers.size()
              + " layers, but the configuration lists "
              + diffIds.size(),
          where + ", configuration " + config.digest(),
          "");
    }
    for (int i = 0; i < layers.size(); i++) {
      check(layers.get(i), diffIds.get(i));
    }
    JsonObject manifest =
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", MediaTypes.OCI_MANIFEST)
            .put("config", config.toJson())
            .put("layers", new JsonArray(layers.stream().<Json>map(Descriptor::toJson).toList()))
            .build();
    return store.add(MediaTypes.OCI_MANIFEST, JsonFormat.COMPACT.bytes(manifest));
  }

  // A compressed layer is checked when it is unpacked.
  private void check(Descriptor layer, Digest diffId) {
    boolean plain = layer.mediaType().equals(MediaTypes.OCI_LAYER);
    Optional<Digest> comparable =
        Optional.of(diffId).filter(d -> d.algorithm().equals(layer.digest().algorithm()));
    if (plain && comparable.isPresent() && !comparable.get().equals(layer.digest())) {
      throw new ArchiveFailure(
          "a layer has the digest " + layer.digest() + ", but the configuration says " + diffId,
          where,
          "save the archive again");
    }
  }
}
