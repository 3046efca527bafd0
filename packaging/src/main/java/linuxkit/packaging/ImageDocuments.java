package linuxkit.packaging;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.packaging.definition.BuildFile;
import linuxkit.yaml.container.ContainerConfig;

/** Writes the documents of an image (OCI image specification: manifest, config). */
final class ImageDocuments {
  /** The time of every image and of every file from no package, fixed for identical builds. */
  static final long TIME = 1492533000;

  private static final String CREATED = "2017-04-18T16:30:00Z";

  private ImageDocuments() {}

  static byte[] manifest(Descriptor config, Descriptor layer) {
    return JsonFormat.COMPACT.bytes(
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", MediaTypes.OCI_MANIFEST)
            .put("config", config.toJson())
            .put("layers", new JsonArray(List.of(layer.toJson())))
            .build());
  }

  static byte[] config(
      Platform platform,
      BuildFile.Defaults defaults,
      SortedMap<String, String> labels,
      Digest diffId) {
    JsonObject.Builder config = JsonObject.builder();
    putUnlessEmpty(config, "Env", defaults.env());
    putUnlessEmpty(config, "Cmd", defaults.command());
    if (!defaults.cwd().isEmpty()) {
      config.put("WorkingDir", defaults.cwd());
    }
    if (!labels.isEmpty()) {
      config.put("Labels", labels);
    }
    return JsonFormat.COMPACT.bytes(
        JsonObject.builder()
            .put("created", CREATED)
            .put("architecture", platform.architecture())
            .put("os", platform.os())
            .put("config", config.build())
            .put(
                "rootfs",
                JsonObject.builder()
                    .put("type", "layers")
                    .put("diff_ids", List.of(diffId.toString()))
                    .build())
            .build());
  }

  static String label(ContainerConfig config) {
    return JsonFormat.COMPACT.write(config.toJson());
  }

  private static void putUnlessEmpty(
      JsonObject.Builder to, String name, Collection<String> values) {
    if (!values.isEmpty()) {
      to.put(name, values);
    }
  }

  /** Returns the labels of an image: those of its definition, and its provenance. */
  static SortedMap<String, String> labels(
      PackageFolder folder, SortedMap<String, String> provenance) {
    BuildFile.ImageLabels defined = folder.definition().labels();
    SortedMap<String, String> labels = new TreeMap<>(defined.others());
    if (!defined.gitrepo().isEmpty()) {
      labels.put("org.opencontainers.image.source", defined.gitrepo());
    }
    // Not the commit: folders of the same content have the same image, whatever else changed.
    defined.config().ifPresent(config -> labels.put(ContainerConfig.LABEL, label(config)));
    labels.putAll(provenance);
    return Collections.unmodifiableSortedMap(labels);
  }
}
