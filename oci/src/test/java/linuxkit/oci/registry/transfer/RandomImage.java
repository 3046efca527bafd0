package linuxkit.oci.registry.transfer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;

/** An image for one platform, with random layers and consistent documents. */
public final class RandomImage {
  public final Map<Descriptor, byte[]> blobs = new LinkedHashMap<>();
  public final List<Descriptor> layers = new ArrayList<>();
  public final Descriptor config;
  public final byte[] manifestBytes;
  public final Descriptor manifest;

  public RandomImage(Platform platform, int... layerSizes) {
    this(platform, List.of(), layerSizes);
  }

  /**
   * @param urls the {@code urls} of the layers
   */
  public RandomImage(Platform platform, List<String> urls, int... layerSizes) {
    for (int i = 0; i < layerSizes.length; i++) {
      byte[] layer = new byte[layerSizes[i]];
      new Random(platform.hashCode() * 31L + i).nextBytes(layer);
      layers.add(blob(MediaTypes.OCI_LAYER, layer));
    }
    List<String> diffIds = layers.stream().map(l -> l.digest().toString()).toList();
    config =
        blob(
            MediaTypes.OCI_CONFIG,
            bytes(
                JsonObject.builder()
                    .put("os", platform.os())
                    .put("architecture", platform.architecture())
                    .put(
                        "rootfs",
                        JsonObject.builder().put("type", "layers").put("diff_ids", diffIds).build())
                    .build()));
    manifestBytes =
        bytes(
            JsonObject.builder()
                .put("schemaVersion", 2)
                .put("mediaType", MediaTypes.OCI_MANIFEST)
                .put("config", json(config, List.of()))
                .put(
                    "layers", new JsonArray(layers.stream().<Json>map(l -> json(l, urls)).toList()))
                .build());
    manifest = descriptor(MediaTypes.OCI_MANIFEST, manifestBytes, Optional.of(platform));
  }

  public static byte[] index(RandomImage... images) {
    List<Json> entries = new ArrayList<>();
    for (RandomImage image : images) {
      entries.add(json(image.manifest, List.of()));
    }
    return index(entries);
  }

  /** Returns an index that lists one index. */
  public static byte[] index(byte[] inner) {
    return index(
        List.of(json(descriptor(MediaTypes.OCI_INDEX, inner, Optional.empty()), List.of())));
  }

  public static byte[] index(List<Json> entries) {
    return bytes(
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", MediaTypes.OCI_INDEX)
            .put("manifests", new JsonArray(entries))
            .build());
  }

  public byte[] content(Descriptor blob) {
    return blobs.getOrDefault(blob, new byte[0]);
  }

  private Descriptor blob(String mediaType, byte[] content) {
    Descriptor blob = descriptor(mediaType, content, Optional.empty());
    blobs.put(blob, content);
    return blob;
  }

  public static Descriptor descriptor(
      String mediaType, byte[] content, Optional<Platform> platform) {
    return new Descriptor(
        mediaType, Digest.sha256(content), content.length, platform, new TreeMap<>());
  }

  public static JsonObject json(Descriptor descriptor, List<String> urls) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("mediaType", descriptor.mediaType())
            .put("digest", descriptor.digest().toString())
            .put("size", descriptor.size());
    descriptor
        .platform()
        .ifPresent(
            p ->
                json.put(
                    "platform",
                    JsonObject.builder()
                        .put("architecture", p.architecture())
                        .put("os", p.os())
                        .build()));
    if (!urls.isEmpty()) {
      json.put("urls", urls);
    }
    return json.build();
  }

  public static byte[] bytes(Json json) {
    return JsonFormat.COMPACT.bytes(json);
  }
}
