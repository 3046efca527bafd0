package linuxkit.packaging.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonBoolean;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;

/**
 * The history in the configuration of an image. It is optional (OCI image specification,
 * config.md), but buildah does not build on an image that has fewer entries than layers.
 */
final class ImageHistory {
  private static final Json ENTRY = JsonObject.builder().put("created_by", "linuxkit").build();

  private ImageHistory() {}

  /** Returns a configuration with an entry for each layer; empty if it is already so. */
  static Optional<byte[]> completed(byte[] config, int layers, String where) {
    JsonObject object = object(config, where);
    List<Json> entries = new ArrayList<>();
    if (object.get("history").orElse(null) instanceof JsonArray array) {
      entries.addAll(array.elements());
    }
    long filled = entries.stream().filter(entry -> !isEmpty(entry)).count();
    if (filled >= layers) {
      return Optional.empty();
    }
    for (long i = filled; i < layers; i++) {
      entries.add(ENTRY);
    }
    return Optional.of(with(object, "history", new JsonArray(entries)));
  }

  /** Returns a manifest with another configuration. */
  static byte[] withConfig(byte[] manifest, Descriptor config, String where) {
    return with(object(manifest, where), "config", config.toJson());
  }

  private static boolean isEmpty(Json entry) {
    return entry instanceof JsonObject object
        && object.get("empty_layer").orElse(null) == JsonBoolean.TRUE;
  }

  private static JsonObject object(byte[] bytes, String where) {
    return Json.parse(bytes, where) instanceof JsonObject object
        ? object
        : JsonObject.builder().build();
  }

  private static byte[] with(JsonObject object, String name, Json value) {
    JsonObject.Builder all = JsonObject.builder();
    object.members().forEach(all::put);
    return JsonFormat.COMPACT.bytes(all.put(name, value).build());
  }
}
