package linuxkit.test;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.archive.TarWriter;

/** Writes images with given layers into an OCI archive, each for both architectures. */
public final class OciArchive {
  private final SequencedMap<String, Content> blobs = new LinkedHashMap<>();
  private final List<String> entries = new ArrayList<>();

  /**
   * @param layers uncompressed tar archives, the lowest first
   */
  public OciArchive add(String name, List<byte[]> layers) {
    List<Content> contents = layers.stream().map(Content::of).toList();
    List<String> diffIds = contents.stream().map(c -> "\"sha256:" + c.sha256() + "\"").toList();
    List<String> descriptors =
        contents.stream().map(c -> descriptor(c, "layer.v1.tar", "")).toList();
    List<String> manifests = new ArrayList<>();
    for (String architecture : List.of("amd64", "arm64")) {
      String config =
          "{\"os\":\"linux\",\"architecture\":\"%s\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":%s}}"
              .formatted(architecture, diffIds);
      String manifest =
          "{\"schemaVersion\":2,\"config\":%s,\"layers\":%s}"
              .formatted(descriptor(content(config), "config.v1+json", ""), descriptors);
      String platform =
          ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}";
      manifests.add(descriptor(content(manifest), "manifest.v1+json", platform));
    }
    String annotations =
        ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + name + "\"}";
    entries.add(descriptor(content(index(manifests)), "index.v1+json", annotations));
    return this;
  }

  public void write(Path archive) throws IOException {
    try (OutputStream out = Files.newOutputStream(archive)) {
      TarWriter tar = new TarWriter(out);
      for (Map.Entry<String, Content> blob : blobs.entrySet()) {
        put(tar, "blobs/sha256/" + blob.getKey(), blob.getValue());
      }
      put(tar, "index.json", content(index(entries)));
      put(tar, "oci-layout", content("{\"imageLayoutVersion\":\"1.0.0\"}"));
      tar.finish();
    }
  }

  private static void put(TarWriter tar, String path, Content content) throws IOException {
    Metadata metadata = Metadata.of(0644, 0, 0, 0);
    tar.add(path, new Node.RegularFile(metadata, content), new TreeMap<>());
  }

  private static String index(List<String> manifests) {
    return "{\"schemaVersion\":2,\"manifests\":" + manifests + "}";
  }

  private static Content content(String text) {
    return Content.of(text.getBytes(UTF_8));
  }

  private String descriptor(Content content, String type, String more) {
    blobs.put(content.sha256(), content);
    return "{\"mediaType\":\"application/vnd.oci.image.%s\",\"digest\":\"sha256:%s\",\"size\":%d%s}"
        .formatted(type, content.sha256(), content.size(), more);
  }
}
