package linuxkit.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Optional;
import linuxkit.base.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
  private static final String DIGEST = "sha256:" + "ab".repeat(32);
  private static final String CONFIG =
      descriptor("\"" + MediaTypes.OCI_CONFIG + "\"", "\"" + DIGEST + "\"", "7");

  private static String descriptor(String mediaType, String digest, String size) {
    return "{\"mediaType\":" + mediaType + ",\"digest\":" + digest + ",\"size\":" + size + "}";
  }

  private static ImageManifest manifest(String json) {
    return ImageManifest.parse(json.getBytes(UTF_8), MediaTypes.OCI_MANIFEST, "img, manifest");
  }

  private static ImageIndex index(String json) {
    return ImageIndex.parse(json.getBytes(UTF_8), MediaTypes.OCI_INDEX, "img, index");
  }

  @Test
  void readsAManifest() {
    ImageManifest manifest =
        manifest(
            "{\"schemaVersion\":2,\"config\":"
                + CONFIG
                + ",\"layers\":["
                + descriptor("\"" + MediaTypes.OCI_LAYER_ZSTD + "\"", "\"" + DIGEST + "\"", "0")
                + "],\"annotations\":{\"k\":\"v\"},\"later\":{\"x\":[1]}}");
    assertThat(manifest.config().size()).isEqualTo(7);
    assertThat(manifest.layers())
        .singleElement()
        .extracting(Descriptor::mediaType)
        .isEqualTo(MediaTypes.OCI_LAYER_ZSTD);
    assertThat(manifest.annotations()).containsEntry("k", "v");
  }

  @Test
  void readsAnIndexWhoseEntriesHaveNoPlatformOrAnUnknownType() {
    ImageIndex index =
        index(
            "{\"schemaVersion\":2,\"manifests\":["
                + descriptor("\"application/x\"", "\"sha512:" + "0".repeat(128) + "\"", "3")
                + "]}");
    assertThat(index.manifests())
        .singleElement()
        .extracting(Descriptor::platform)
        .isEqualTo(Optional.empty());
  }

  @Test
  void refusesADocumentWithBothLayersAndManifests() {
    String both = "{\"schemaVersion\":2,\"config\":" + CONFIG + ",\"layers\":[],\"manifests\":[]}";
    assertThatThrownBy(() -> manifest(both))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("img, manifest: \"manifests\" does not belong");
    assertThatThrownBy(() -> index(both))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("\"layers\" does not belong");
  }

  @Test
  void refusesAMediaTypeThatContradictsTheDescriptor() {
    assertThatThrownBy(
            () ->
                manifest(
                    "{\"schemaVersion\":2,\"mediaType\":\""
                        + MediaTypes.OCI_INDEX
                        + "\",\"config\":"
                        + CONFIG
                        + ",\"layers\":[]}"))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("announced as " + MediaTypes.OCI_MANIFEST);
    assertThatThrownBy(() -> ImageManifest.parse("{}".getBytes(UTF_8), MediaTypes.OCI_INDEX, "img"))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("not an image manifest");
  }

  @Test
  void refusesSchemaVersion1() {
    assertThatThrownBy(() -> manifest("{\"schemaVersion\":1,\"fsLayers\":[]}"))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("schema version 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "9223372036854775808", "1e3", "1.5", "1099511627777", "\"7\"", "null"})
  void refusesInvalidSizes(String size) {
    assertThatThrownBy(
            () ->
                manifest(
                    "{\"schemaVersion\":2,\"config\":"
                        + descriptor("\"x\"", "\"" + DIGEST + "\"", size)
                        + ",\"layers\":[]}"))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("config.size");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256:",
        "sha256:../../x",
        "sha256:../../../../../../../../../../../../../../../../../../etc/passwd",
        "SHA256:abababababababababababababababababababababababababababababababab",
        "sha256:ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB",
        "sha512:abababababababababababababababababababababababababababababababab",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "sha256:ababababababababababababababababababababababababababababababababab"
      })
  void refusesDigestsThatCouldLeadToAnotherPath(String digest) {
    assertThatThrownBy(
            () ->
                manifest(
                    "{\"schemaVersion\":2,\"config\":"
                        + CONFIG
                        + ",\"layers\":["
                        + descriptor("\"x\"", "\"" + digest + "\"", "1")
                        + "]}"))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("layers[0].digest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "{\"schemaVersion\":2}",
        "{\"schemaVersion\":2,\"manifests\":{}}",
        "{\"schemaVersion\":2,\"manifests\":[1]}",
        "{\"schemaVersion\":2,\"manifests\":[{}]}",
        "{\"schemaVersion\":2,\"manifests\":[],\"config\":{}}",
        "{\"schemaVersion\":2,\"manifests\":[],\"annotations\":{\"a\":1}}"
      })
  void refusesMalformedIndexes(String json) {
    assertThatThrownBy(() -> index(json)).isInstanceOf(ManifestFailure.class);
  }

  @Test
  void readsAConfigurationAndTreatsNullAsMissing() {
    ImageConfig config =
        ImageConfig.parse(
            ("{\"os\":\"linux\",\"architecture\":\"arm64\",\"config\":{\"Entrypoint\":null,"
                    + "\"Cmd\":[\"/bin/sh\",\"-c\"],\"Env\":[\"A=b\"],\"WorkingDir\":\"/w\","
                    + "\"User\":\"4294967296\",\"StopSignal\":\"SIGQUIT\",\"Labels\":{\"l\":\"m\"}},"
                    + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                    + DIGEST
                    + "\"]}}")
                .getBytes(UTF_8),
            "img");
    assertThat(config.os()).isEqualTo("linux");
    assertThat(config.architecture()).isEqualTo("arm64");
    assertThat(config.process().entrypoint()).isEmpty();
    assertThat(config.process().cmd()).containsExactly("/bin/sh", "-c");
    assertThat(config.process().env()).containsExactly("A=b");
    assertThat(config.process().workingDir()).isEqualTo("/w");
    assertThat(config.process().user()).isEqualTo("4294967296");
    assertThat(config.process().stopSignal()).isEqualTo("SIGQUIT");
    assertThat(config.labels()).containsEntry("l", "m");
    assertThat(config.diffIds()).hasSize(1);
  }

  @Test
  void refusesTheConfigurationOfAnotherArtefact() {
    assertThatThrownBy(() -> ImageConfig.parse("{}".getBytes(UTF_8), "img, configuration"))
        .isInstanceOf(ManifestFailure.class)
        .hasMessage("img, configuration: \"rootfs\" is missing");
  }

  @FuzzTest
  void parsesOrRefusesAnyBytes(byte[] bytes) {
    for (Runnable parse :
        new Runnable[] {
          () -> ImageIndex.parse(bytes, MediaTypes.OCI_INDEX, "fuzz"),
          () -> ImageManifest.parse(bytes, MediaTypes.DOCKER_MANIFEST, "fuzz"),
          () -> ImageConfig.parse(bytes, "fuzz")
        }) {
      try {
        parse.run();
      } catch (Failure _) {
        // Any other exception is a defect.
      }
    }
  }
}
