package linuxkit.oci.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.ImageNotFoundFailure;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobSelectionTest {
  private static final Reference NAME = Reference.parse("docker.io/library/test:1");
  private static final List<Platform> ARM64 = List.of(Platform.linux("arm64"));

  private ImageStore store;
  private Descriptor amd64;
  private Descriptor arm64;

  @BeforeEach
  void makeImages(@TempDir Path directory) {
    store = ImageStore.open(directory.resolve("cache"), Progress.silent());
    amd64 = TestImages.image(store, "amd64", bytes("a"), bytes("shared"));
    arm64 = TestImages.image(store, "arm64", bytes("b"), bytes("shared"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private ImageBlobs blobs(Descriptor root, List<Platform> platforms) {
    store.name(NAME, root);
    return new StoreImages(store).blobs(NAME, platforms);
  }

  private List<Digest> listed(ImageBlobs image) throws IOException {
    Content index = Objects.requireNonNull(image.blobs().get(image.root().digest()));
    try (InputStream in = index.open()) {
      return ImageIndex.parse(in.readAllBytes(), image.root().mediaType(), "").manifests().stream()
          .map(Descriptor::digest)
          .toList();
    }
  }

  @Test
  void selectsEverythingWithoutAPlatform() throws IOException {
    Descriptor index =
        TestImages.index(
            store,
            TestImages.forPlatform(amd64, "amd64"),
            TestImages.forPlatform(arm64, "arm64"),
            attestation(amd64));
    ImageBlobs image = blobs(index, List.of());
    assertThat(image.root().digest()).isEqualTo(index.digest());
    // The index; a manifest, a configuration and a layer of each image; the shared layer; the
    // attestation's manifest and layer. The attestation uses the first image's configuration.
    assertThat(image.blobs()).hasSize(1 + 3 + 3 + 1 + 2);
    for (Map.Entry<Digest, Content> blob : image.blobs().entrySet()) {
      try (InputStream in = blob.getValue().open()) {
        byte[] content = in.readAllBytes();
        assertThat(Digest.sha256(content)).isEqualTo(blob.getKey());
        assertThat(content).hasSize((int) blob.getValue().size());
      }
    }
  }

  private Descriptor attestation(Descriptor about) {
    Descriptor config = ImageManifest.parse(store.read(about), about.mediaType(), "").config();
    Descriptor manifest =
        TestImages.manifest(store, config, List.of(store.add("application/x", bytes("proof"))));
    TreeMap<String, String> annotations = new TreeMap<>();
    annotations.put("vnd.docker.reference.type", "attestation-manifest");
    annotations.put("vnd.docker.reference.digest", about.digest().toString());
    return new Descriptor(
        manifest.mediaType(),
        manifest.digest(),
        manifest.size(),
        Optional.of(new Platform("unknown", "unknown", "")),
        annotations);
  }

  @Test
  void listsOnlyTheChosenPlatforms() throws IOException {
    Descriptor proof = attestation(arm64);
    Descriptor index =
        TestImages.index(
            store,
            TestImages.forPlatform(amd64, "amd64"),
            attestation(amd64),
            TestImages.forPlatform(arm64, "arm64"),
            proof);
    ImageBlobs image = blobs(index, ARM64);
    assertThat(image.root().digest()).isNotEqualTo(index.digest());
    assertThat(listed(image)).containsExactly(arm64.digest(), proof.digest());
    assertThat(image.blobs()).containsKeys(arm64.digest(), proof.digest());
    assertThat(image.blobs()).doesNotContainKeys(amd64.digest(), index.digest());
  }

  @Test
  void keepsAnIndexUnchangedIfNothingIsLeftOut() {
    Descriptor index =
        TestImages.index(store, TestImages.forPlatform(arm64, "arm64"), attestation(arm64));
    assertThat(blobs(index, ARM64).root().digest()).isEqualTo(index.digest());
  }

  @Test
  void usesTheConfigurationIfNothingElseHasThePlatform() throws IOException {
    assertThat(listed(blobs(TestImages.index(store, amd64, arm64), ARM64)))
        .containsExactly(arm64.digest());
    assertThat(blobs(arm64, ARM64).root().digest()).isEqualTo(arm64.digest());
    assertThat(blobs(arm64, List.of()).blobs()).hasSize(4);
  }

  @Test
  void refusesMissingPlatforms() {
    assertThatThrownBy(() -> blobs(amd64, ARM64))
        .isInstanceOf(ImageNotFoundFailure.class)
        .hasMessageContaining("the image is not available for linux/arm64, only for linux/amd64");
    Descriptor index = TestImages.index(store, TestImages.forPlatform(arm64, "arm64"));
    assertThatThrownBy(
            () -> blobs(index, List.of(Platform.linux("arm64"), Platform.linux("riscv64"))))
        .hasMessageContaining("the image is not available for linux/riscv64, only for linux/arm64");
  }
}
