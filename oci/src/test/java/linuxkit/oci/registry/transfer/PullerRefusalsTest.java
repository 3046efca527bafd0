package linuxkit.oci.registry.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.store.BlobFailure;
import org.junit.jupiter.api.Test;

/** Pulls images that are refused in part or as a whole. */
class PullerRefusalsTest extends PullerFixture {
  @Test
  void doesNotNameADocumentThatIsNotAnImage() {
    String document =
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.example\",\"layers\":[]}";
    registry.on("/v2/app/manifests/1", FakeRegistry.json(200, document));
    Reference reference = registry.reference("app:1");

    assertThatThrownBy(() -> puller.pullAll(reference))
        .isInstanceOf(RegistryFailure.WrongContent.class)
        .hasMessageContaining("application/vnd.example");
    assertThat(store.find(reference)).isEmpty();
  }

  @Test
  void namesTheAvailablePlatforms() {
    serveIndex("app", "1", amd64, arm64);
    Reference reference = registry.reference("app:1");

    assertThatThrownBy(() -> puller.pull(reference, List.of(Platform.linux("riscv64"))))
        .hasMessage(
            reference
                + ": the image is not available for linux/riscv64, only for linux/amd64, linux/arm64");
    assertThat(store.list()).isEmpty();
  }

  @Test
  void refusesAnotherArtefactBeforeItsLayersAreFetched() {
    byte[] artifact =
        new String(amd64.manifestBytes, StandardCharsets.UTF_8)
            .replace(MediaTypes.OCI_CONFIG, "application/vnd.example.chart")
            .getBytes(StandardCharsets.UTF_8);
    registry.serve("app", amd64);
    registry.on("/v2/app/manifests/1", FakeRegistry.answer(200, MediaTypes.OCI_MANIFEST, artifact));

    assertThatThrownBy(() -> puller.pull(registry.reference("app:1"), List.of(AMD64)))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("the manifest describes another kind of artefact, not an image");
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void refusesAnOverlongDocumentBeforeItIsFetched() {
    byte[] huge =
        new String(amd64.manifestBytes, StandardCharsets.UTF_8)
            .replace("\"size\":" + amd64.config.size(), "\"size\":5000000")
            .getBytes(StandardCharsets.UTF_8);
    registry.on("/v2/app/manifests/1", FakeRegistry.answer(200, MediaTypes.OCI_MANIFEST, huge));

    assertThatThrownBy(() -> puller.pull(registry.reference("app:1"), List.of(AMD64)))
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("is 5000000 bytes long; a document may have at most 4194304");
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void refusesASingleImageOfAnotherPlatform() {
    registry.serve("app", "1", amd64);
    Reference reference = registry.reference("app:1");

    assertThatThrownBy(() -> puller.pull(reference, List.of(ARM64)))
        .hasMessage(
            reference + ": the image is not available for linux/arm64, only for linux/amd64");
    assertThat(store.list()).isEmpty();
  }

  @Test
  void namesNothingWhenALayerFails() {
    registry.serve("app", "1", amd64);
    String path = FakeRegistry.blobPath("app", amd64.layers.get(3));
    byte[] wrong = amd64.content(amd64.layers.get(3)).clone();
    wrong[7] ^= 1;
    registry.on(path, FakeRegistry.answer(200, "application/octet-stream", wrong));
    Reference reference = registry.reference("app:1");

    assertThatThrownBy(() -> puller.pull(reference, List.of(AMD64)))
        .hasMessageContaining(amd64.layers.get(3).digest().toString());
    assertThat(store.list()).isEmpty();
    assertThat(store.root().resolve("blobs/sha256"))
        .isDirectoryNotContaining(f -> f.getFileName().toString().endsWith(".tmp"));
  }

  @Test
  void ignoresTheUrlsOfForeignLayers() throws IOException {
    try (FakeRegistry evil = FakeRegistry.startElsewhere()) {
      RandomImage foreign =
          new RandomImage(AMD64, List.of(evil.url("/layer"), "file:///etc/passwd"), 77);
      registry.serve("app", "1", foreign);

      puller.pull(registry.reference("app:1"), List.of(AMD64));

      assertIsWhole(foreign);
      assertThat(evil.seen()).isEmpty();
    }
  }
}
