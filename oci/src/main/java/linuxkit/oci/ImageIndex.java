package linuxkit.oci;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;

/**
 * A list of manifests, one per platform (OCI image specification, image-index.md), or Docker's
 * manifest list.
 *
 * @param manifests some may have no platform, and some may be indexes themselves
 */
public record ImageIndex(List<Descriptor> manifests, SortedMap<String, String> annotations) {
  public ImageIndex {
    manifests = List.copyOf(manifests);
    annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
  }

  /**
   * Reads an index.
   *
   * @param mediaType the type that the descriptor or the registry gives
   * @param where the image and the document, for failures
   * @throws ManifestFailure if it is not an index, or could also be read as a manifest
   * @throws linuxkit.json.JsonFailure if it is not strict JSON
   */
  public static ImageIndex parse(byte[] json, String mediaType, String where) {
    if (!MediaTypes.isIndex(mediaType)) {
      throw new ManifestFailure("the document is not an image index but " + mediaType, where, "");
    }
    JsonFields fields = Documents.parse(json, mediaType, "manifests", "layers", where);
    if (fields.has("config")) {
      throw fields.failure("config", "does not belong in an image index");
    }
    return new ImageIndex(Documents.descriptors(fields, "manifests"), fields.map("annotations"));
  }

  /** Returns the document of an index. */
  public static byte[] bytes(List<Descriptor> manifests) {
    return JsonFormat.COMPACT.bytes(
        json(manifests.stream().<Json>map(Descriptor::toJson).toList()));
  }

  /**
   * Returns the document of an index.
   *
   * @param manifests its entries, which may have further members
   */
  public static JsonObject json(List<Json> manifests) {
    return JsonObject.builder()
        .put("schemaVersion", 2)
        .put("mediaType", MediaTypes.OCI_INDEX)
        .put("manifests", new JsonArray(manifests))
        .build();
  }
}
