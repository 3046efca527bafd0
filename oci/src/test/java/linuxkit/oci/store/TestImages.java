package linuxkit.oci.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;

/** Creates images in a store. */
public final class TestImages {
  private TestImages() {}

  /** Adds an archive as an uncompressed layer. */
  public static Descriptor layer(ImageStore store, byte[] tar) {
    return store.add(MediaTypes.OCI_LAYER, tar);
  }

  public static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  public static byte[] zstd(byte[] bytes) {
    return Zstd.compress(bytes);
  }

  /** Adds an image of uncompressed layers. Returns its manifest. */
  public static Descriptor image(ImageStore store, String architecture, byte[]... tars) {
    List<Descriptor> layers = new ArrayList<>();
    List<Digest> diffIds = new ArrayList<>();
    for (byte[] tar : tars) {
      layers.add(layer(store, tar));
      diffIds.add(Digest.sha256(tar));
    }
    return image(store, architecture, layers, diffIds);
  }

  public static Descriptor image(
      ImageStore store, String architecture, List<Descriptor> layers, List<Digest> diffIds) {
    JsonObject config =
        JsonObject.builder()
            .put("architecture", architecture)
            .put("os", "linux")
            .put("config", JsonObject.EMPTY)
            .put(
                "rootfs",
                JsonObject.builder()
                    .put("type", "layers")
                    .put("diff_ids", diffIds.stream().map(Digest::toString).toList())
                    .build())
            .build();
    return manifest(store, add(store, MediaTypes.OCI_CONFIG, config), layers);
  }

  public static Descriptor manifest(ImageStore store, Descriptor config, List<Descriptor> layers) {
    return add(
        store,
        MediaTypes.OCI_MANIFEST,
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", MediaTypes.OCI_MANIFEST)
            .put("config", json(config))
            .put("layers", new JsonArray(layers.stream().map(TestImages::json).toList()))
            .build());
  }

  public static Descriptor index(ImageStore store, Descriptor... manifests) {
    return add(
        store,
        MediaTypes.OCI_INDEX,
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", MediaTypes.OCI_INDEX)
            .put(
                "manifests",
                new JsonArray(List.of(manifests).stream().map(TestImages::json).toList()))
            .build());
  }

  public static Descriptor forPlatform(Descriptor manifest, String architecture) {
    return new Descriptor(
        manifest.mediaType(),
        manifest.digest(),
        manifest.size(),
        Optional.of(Platform.linux(architecture)),
        new TreeMap<>());
  }

  private static Descriptor add(ImageStore store, String mediaType, Json document) {
    return store.add(mediaType, JsonFormat.COMPACT.write(document).getBytes(UTF_8));
  }

  private static Json json(Descriptor descriptor) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("mediaType", descriptor.mediaType())
            .put("digest", descriptor.digest().toString())
            .put("size", descriptor.size())
            .put("annotations", descriptor.annotations());
    descriptor
        .platform()
        .ifPresent(
            p ->
                json.put(
                    "platform",
                    (p.variant().isEmpty()
                            ? JsonObject.builder()
                            : JsonObject.builder().put("variant", p.variant()))
                        .put("os", p.os())
                        .put("architecture", p.architecture())
                        .build()));
    return json.build();
  }

  /** Returns the content of a file of a tree. */
  static String text(FileTree tree, String path) throws IOException {
    if (tree.find(path).orElseThrow().node() instanceof Node.RegularFile file) {
      try (var in = file.content().open()) {
        return new String(in.readAllBytes(), UTF_8);
      }
    }
    throw new AssertionError("not a file: " + path);
  }
}
