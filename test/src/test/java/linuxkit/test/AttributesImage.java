package linuxkit.test;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.TarWriter;

/** An image with what Debian's packages have not: extended attributes, and links to one file. */
final class AttributesImage {
  private static final String NAME = "example.org/attributes:1";
  private static final String FOLDER = "usr/share/attributes";
  private static final long TIME = 1_500_000_000;

  private record Blob(String path, Content content) {
    static Blob of(String text) {
      return of(text.getBytes(UTF_8));
    }

    static Blob of(byte[] bytes) {
      Content content = Content.of(bytes);
      return new Blob("blobs/sha256/" + content.sha256(), content);
    }

    String descriptor(String type, String more) {
      return "{\"mediaType\":\"application/vnd.oci.image.%s\",\"digest\":\"sha256:%s\",\"size\":%d%s}"
          .formatted(type, content.sha256(), content.size(), more);
    }
  }

  private AttributesImage() {}

  /** Writes it as an OCI archive, for both architectures. */
  static void write(Path archive) throws IOException {
    Blob layer = Blob.of(layer());
    List<Blob> blobs = new ArrayList<>(List.of(layer));
    List<String> manifests = new ArrayList<>();
    for (String architecture : List.of("amd64", "arm64")) {
      Blob config =
          Blob.of(
              "{\"os\":\"linux\",\"architecture\":\"%s\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:%s\"]}}"
                  .formatted(architecture, layer.content.sha256()));
      Blob manifest =
          Blob.of(
              "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}"
                  .formatted(
                      config.descriptor("config.v1+json", ""),
                      layer.descriptor("layer.v1.tar", "")));
      blobs.addAll(List.of(config, manifest));
      String platform =
          ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}";
      manifests.add(manifest.descriptor("manifest.v1+json", platform));
    }
    Blob index = index(manifests.stream().collect(Collectors.joining(",")));
    blobs.add(index);
    String name = ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + NAME + "\"}";
    blobs.add(new Blob("index.json", index(index.descriptor("index.v1+json", name)).content));
    blobs.add(new Blob("oci-layout", Blob.of("{\"imageLayoutVersion\":\"1.0.0\"}").content));
    try (OutputStream out = Files.newOutputStream(archive)) {
      TarWriter tar = new TarWriter(out);
      for (Blob blob : blobs) {
        tar.add(blob.path, file(blob.content), new TreeMap<>());
      }
      tar.finish();
    }
  }

  private static Blob index(String manifests) {
    return Blob.of("{\"schemaVersion\":2,\"manifests\":[" + manifests + "]}");
  }

  private static byte[] layer() throws IOException {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, TIME));
    for (String path : List.of("usr", "usr/share")) {
      tree.put(path, new Node.Directory(Metadata.of(0755, 0, 0, TIME)), Origin.NONE);
    }
    tree.put(FOLDER, new Node.Directory(with("user.folder", "of a folder")), Origin.NONE);
    Metadata metadata = with("user.note", "x".repeat(200), "user.other", "of a file");
    Node linked = new Node.RegularFile(metadata, Content.of("linked\n".getBytes(UTF_8)));
    tree.put(FOLDER + "/first", linked, Origin.NONE);
    tree.put(FOLDER + "/second", linked, Origin.NONE);
    // The same attributes again, which a file system may keep once.
    tree.put(
        FOLDER + "/third", new Node.RegularFile(metadata, Content.of(new byte[5000])), Origin.NONE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(bytes);
    tar.addTree(tree, TarWriter.NO_RECORDS);
    tar.finish();
    return bytes.toByteArray();
  }

  private static Metadata with(String... xattrs) {
    SortedMap<String, String> map = new TreeMap<>();
    for (int i = 0; i < xattrs.length; i += 2) {
      map.put(xattrs[i], xattrs[i + 1]);
    }
    return new Metadata(0755, 0, 0, TIME, map);
  }

  private static Node file(Content content) {
    return new Node.RegularFile(Metadata.of(0644, 0, 0, TIME), content);
  }
}
