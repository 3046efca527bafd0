package linuxkit.oci;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The parts of an image for one platform (OCI image specification, manifest.md), or of Docker's
 * schema 2.
 *
 * @param layers lowest first
 */
public record ImageManifest(
    Descriptor config, List<Descriptor> layers, SortedMap<String, String> annotations) {
  public ImageManifest {
    layers = List.copyOf(layers);
    annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
  }

  /**
   * Reads a manifest.
   *
   * @param mediaType the type that the descriptor or the registry gives
   * @param where the image and the document, for failures
   * @throws ManifestFailure if it is not a manifest, or could also be read as an index
   * @throws linuxkit.json.JsonFailure if it is not strict JSON
   */
  public static ImageManifest parse(byte[] json, String mediaType, String where) {
    if (!MediaTypes.isManifest(mediaType)) {
      throw new ManifestFailure(
          "the document is not an image manifest but " + mediaType, where, "");
    }
    JsonFields fields = Documents.parse(json, mediaType, "layers", "manifests", where);
    return new ImageManifest(
        Documents.descriptor(fields.requiredObject("config")),
        Documents.descriptors(fields, "layers"),
        fields.map("annotations"));
  }
}
