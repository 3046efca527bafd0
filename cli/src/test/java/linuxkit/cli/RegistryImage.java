package linuxkit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;

/** An image for several platforms with one file, {@code greeting}, as an OCI layout. */
public final class RegistryImage {
  private final Path layout;

  private RegistryImage(Path layout) {
    this.layout = layout;
  }

  /**
   * Pushes an image.
   *
   * @param version content of the file, and the image's label
   * @return the digest of the index
   */
  public static String push(
      Path layout, DockerRegistry registry, String name, String version, String... architectures)
      throws IOException, InterruptedException {
    Files.createDirectories(layout.resolve("blobs/sha256"));
    RegistryImage image = new RegistryImage(layout);
    List<String> manifests = new ArrayList<>();
    for (String architecture : architectures) {
      manifests.add(image.manifest(version, architecture));
    }
    String index = image.descriptor(MediaTypes.OCI_INDEX, index(manifests));
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\": \"1.0.0\"}");
    Files.writeString(layout.resolve("index.json"), index(List.of(index)));
    registry.push(layout.toString(), name);
    return Digest.sha256(index(manifests).getBytes(UTF_8)).toString();
  }

  private static String index(List<String> manifests) {
    return "{\"schemaVersion\": 2, \"mediaType\": \""
        + MediaTypes.OCI_INDEX
        + "\", \"manifests\": ["
        + String.join(", ", manifests)
        + "]}";
  }

  private String manifest(String version, String architecture) throws IOException {
    byte[] layer =
        SavedImage.tar(Map.of("greeting", (version + " for " + architecture).getBytes(UTF_8)));
    String config =
        """
        {"os": "linux", "architecture": "%s",
         "config": {"Labels": {"org.opencontainers.image.version": "%s"}},
         "rootfs": {"type": "layers", "diff_ids": ["%s"]}}"""
            .formatted(architecture, version, Digest.sha256(layer));
    String manifest =
        "{\"schemaVersion\": 2, \"mediaType\": \"%s\", \"config\": %s, \"layers\": [%s]}"
            .formatted(
                MediaTypes.OCI_MANIFEST,
                descriptor(MediaTypes.OCI_CONFIG, config),
                descriptor(MediaTypes.OCI_LAYER, layer));
    String descriptor = descriptor(MediaTypes.OCI_MANIFEST, manifest);
    return descriptor.replaceFirst(
        "}$", ", \"platform\": {\"os\": \"linux\", \"architecture\": \"" + architecture + "\"}}");
  }

  private String descriptor(String type, String content) throws IOException {
    return descriptor(type, content.getBytes(UTF_8));
  }

  private String descriptor(String type, byte[] content) throws IOException {
    Digest digest = Digest.sha256(content);
    Files.write(layout.resolve("blobs/sha256").resolve(digest.hex()), content);
    return "{\"mediaType\": \"%s\", \"digest\": \"%s\", \"size\": %d}"
        .formatted(type, digest, content.length);
  }
}
