package linuxkit.system.tree;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.Reference;

/** Writes an image into a directory of the system as an OCI image layout (image-layout.md). */
public final class OciLayoutWriter {
  // The time and the bytes are LinuxKit's, so that both builders make the same system.
  private static final long MODIFIED = 0;

  private static final String LAYOUT = "{\n\t\t\"imageLayoutVersion\": \"1.0.0\"\n\t}";

  private final TreeBuilder builder;
  private final Origin origin;

  public OciLayoutWriter(TreeBuilder builder, Origin origin) {
    this.builder = builder;
    this.origin = origin;
  }

  /**
   * Writes the image.
   *
   * @param folder an existing directory
   * @param reference the name of the image in {@code index.json}
   */
  public void write(String folder, Reference reference, ImageBlobs image) {
    file(folder + "/oci-layout", Content.of(LAYOUT.getBytes(StandardCharsets.UTF_8)));
    directory(folder + "/blobs");
    SortedSet<String> algorithms = new TreeSet<>();
    image.blobs().keySet().forEach(digest -> algorithms.add(digest.algorithm()));
    algorithms.forEach(algorithm -> directory(folder + "/blobs/" + algorithm));
    image
        .blobs()
        .forEach(
            (digest, content) ->
                file(folder + "/blobs/" + digest.algorithm() + "/" + digest.hex(), content));
    byte[] index = JsonFormat.indented(3).bytes(index(reference, image.root()));
    file(folder + "/index.json", Content.of(index));
  }

  private static JsonObject index(Reference reference, Descriptor root) {
    JsonObject entry =
        JsonObject.builder()
            .put("mediaType", root.mediaType())
            .put("size", root.size())
            .put("digest", root.digest().toString())
            .put("annotations", Map.of("org.opencontainers.image.ref.name", reference.toString()))
            .build();
    return ImageIndex.json(List.of(entry));
  }

  private void directory(String path) {
    builder.put(path, new Node.Directory(Metadata.of(0755, 0, 0, MODIFIED)), origin);
  }

  private void file(String path, Content content) {
    builder.put(path, new Node.RegularFile(Metadata.of(0644, 0, 0, MODIFIED), content), origin);
  }
}
