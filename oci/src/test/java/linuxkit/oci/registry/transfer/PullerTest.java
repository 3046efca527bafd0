package linuxkit.oci.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.ImageNotFoundFailure;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.BlobFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PullerTest extends PullerFixture {
  @Test
  void f10IndexWithoutImagesIsRefused() {
    registry.on(
        "/v2/app/manifests/1",
        FakeRegistry.answer(
            200,
            MediaTypes.OCI_INDEX,
            ("{\"schemaVersion\":2,\"mediaType\":\""
                    + MediaTypes.OCI_INDEX
                    + "\",\"manifests\":[]}")
                .getBytes(UTF_8)));
    assertThatThrownBy(() -> puller.pullAll(registry.reference("app:1")))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("lists no images");
    assertThat(store.list()).isEmpty();
  }

  @Test
  void fetchesALargeLayerInPartsThatResume() {
    RandomImage large = new RandomImage(AMD64, 70 << 20);
    Descriptor layer = large.layers.getFirst();
    byte[] content = large.content(layer);
    registry.serve("app", "1", large);
    registry.on(
        FakeRegistry.blobPath("app", layer),
        FakeRegistry.inTurn(
            FakeRegistryFaults.range(content),
            FakeRegistryFaults.rangeCutAfter(content, 5_000_000),
            FakeRegistryFaults.range(content)));

    puller.pullAll(registry.reference("app:1"));

    assertThat(store.isWhole(layer)).isTrue();
    List<String> ranges =
        registry.seen(FakeRegistry.blobPath("app", layer)).stream()
            .map(FakeRegistry.Seen::range)
            .toList();
    int part = (70 << 20) / 5;
    assertThat(ranges)
        .startsWith("bytes=0-0")
        .hasSize(7)
        .contains(
            "bytes=0-" + (part - 1),
            "bytes=" + part + "-" + (2 * part - 1),
            "bytes=" + 2 * part + "-" + (3 * part - 1),
            "bytes=" + 3 * part + "-" + (4 * part - 1),
            "bytes=" + 4 * part + "-");
  }

  @Test
  void fetchesALargeLayerAsAWholeWithoutRanges() {
    RandomImage large = new RandomImage(AMD64, 65 << 20);
    registry.serve("app", "1", large);
    puller.pullAll(registry.reference("app:1"));
    assertThat(store.isWhole(large.layers.getFirst())).isTrue();
  }

  @Test
  void pullsAnImageIntoTheStore() {
    registry.serve("lib/app", "1", amd64);
    Reference reference = registry.reference("lib/app:1");

    puller.pull(reference, List.of(AMD64));

    assertThat(store.find(reference).map(d -> d.digest())).contains(amd64.manifest.digest());
    assertIsWhole(amd64);
  }

  @Test
  void completesTheBlobsOfAnImageToCopy() throws IOException {
    byte[] index = serveIndex("app", "1", amd64, arm64);
    Reference reference = registry.reference("app:1");
    puller.pull(reference, List.of(AMD64));

    ImageBlobs part = puller.blobs(reference, List.of(ARM64));
    assertThat(part.blobs().keySet())
        .contains(part.root().digest())
        .containsAll(arm64.blobs.keySet().stream().map(Descriptor::digest).toList())
        .doesNotContain(amd64.manifest.digest(), Digest.sha256(index));

    ImageBlobs all = puller.blobs(reference, List.of());
    assertThat(all.root().digest()).isEqualTo(Digest.sha256(index));
    for (var blob : all.blobs().entrySet()) {
      try (InputStream in = blob.getValue().open()) {
        assertThat(Digest.sha256(in.readAllBytes())).isEqualTo(blob.getKey());
      }
    }
    assertThat(all.blobs().keySet())
        .containsAll(amd64.blobs.keySet().stream().map(Descriptor::digest).toList());
  }

  @Test
  void fetchesOnlyOnePlatformOfAnIndex() {
    byte[] index = serveIndex("app", "1", amd64, arm64);
    Reference reference = registry.reference("app:1");

    puller.pull(reference, List.of(ARM64));

    assertThat(store.read(store.find(reference).orElseThrow())).isEqualTo(index);
    assertIsWhole(arm64);
    assertThat(amd64.blobs.keySet()).noneMatch(store::has);
  }

  @Test
  void fetchesAttestationsWithAnImage() throws IOException {
    Attested attested = new Attested(amd64);
    registry.serve("app", amd64);
    registry.on("/v2/app/manifests/1", index(attested.index));
    attested.serve(registry, "app");

    Image image = puller.find(registry.reference("app:1"), AMD64);

    assertThat(image.attestations(Attested.TYPE).getFirst().open()).hasContent(Attested.STATEMENT);
  }

  @Test
  void acceptsAnImageWithoutItsAttestations() {
    Attested attested = new Attested(amd64);
    registry.serve("app", amd64);
    registry.on("/v2/app/manifests/1", index(attested.index));
    Reference reference = registry.reference("app:1");

    Image image = puller.find(reference, AMD64);

    assertIsWhole(amd64);
    assertThatThrownBy(() -> image.attestations(Attested.TYPE)).isInstanceOf(BlobFailure.class);
    int asked = registry.seen().size();
    puller.find(reference, AMD64);
    assertThat(registry.seen()).hasSize(asked);
  }

  @Test
  void fetchesAWholeIndexOnRequest() {
    serveIndex("app", "1", amd64, arm64);

    puller.pullAll(registry.reference("app:1"));

    assertIsWhole(arm64);
    assertIsWhole(amd64);
  }

  @Test
  void usesTheStoreWithoutAskingTheRegistry() {
    registry.serve("app", "1", amd64);
    Reference reference = registry.reference("app:1");
    puller.pull(reference, List.of(AMD64));
    int before = registry.seen().size();

    puller.find(reference, AMD64);

    assertThat(registry.seen()).hasSize(before);
  }

  @Test
  void asksTheRegistryAgainOnRequest() {
    registry.serve("app", "1", amd64);
    Reference reference = registry.reference("app:1");
    puller.pull(reference, List.of(AMD64));
    RandomImage newer = new RandomImage(AMD64, 100_001);
    registry.serve("app", "1", newer);

    puller(Puller.When.ALWAYS).find(reference, AMD64);

    assertThat(store.find(reference).map(d -> d.digest())).contains(newer.manifest.digest());
  }

  @Test
  void completesAnIndexWithAnotherPlatformWithoutFetchingTheFirstAgain() {
    serveIndex("app", "1", amd64, arm64);
    Reference reference = registry.reference("app:1");
    puller.find(reference, ARM64);

    puller.find(reference, AMD64);

    assertIsWhole(amd64);
    assertThat(registry.seen(FakeRegistry.blobPath("app", arm64.config))).hasSize(1);
  }

  @Test
  void repairsADamagedBlobInTheStore() throws IOException {
    registry.serve("app", "1", amd64);
    Reference reference = registry.reference("app:1");
    puller.pull(reference, List.of(AMD64));
    Files.write(
        store.root().resolve("blobs/sha256").resolve(amd64.config.digest().hex()),
        new byte[(int) amd64.config.size()]);

    puller.pull(reference, List.of(AMD64));

    assertIsWhole(amd64);
  }

  @Test
  void fetchesARepeatedLayerOnce() {
    // Two empty layers are the same blob.
    RandomImage twice = new RandomImage(AMD64, 0, 0);
    registry.serve("app", "1", twice);

    puller.pull(registry.reference("app:1"), List.of(AMD64));

    assertThat(registry.seen(FakeRegistry.blobPath("app", twice.layers.getFirst()))).hasSize(1);
  }

  @Test
  void isNotAffectedByATagThatMovesDuringAPull() {
    byte[] index = serveIndex("app", "1", amd64);
    registry.on(
        "/v2/app/manifests/1",
        FakeRegistry.inTurn(
            FakeRegistry.answer(200, MediaTypes.OCI_INDEX, index),
            FakeRegistry.answer(200, MediaTypes.OCI_INDEX, RandomImage.index(arm64))));
    Reference reference = registry.reference("app:1");

    puller.pull(reference, List.of(AMD64));

    assertThat(store.read(store.find(reference).orElseThrow())).isEqualTo(index);
    assertIsWhole(amd64);
  }

  @Test
  void fetchesAnImageFromANestedIndex() {
    byte[] inner = RandomImage.index(amd64);
    String digest = Digest.sha256(inner).toString();
    registry.on("/v2/app/manifests/" + digest, index(inner));
    registry.on("/v2/app/manifests/1", index(RandomImage.index(inner)));
    registry.serve("app", amd64);
    Reference reference = registry.reference("app:1");

    assertThat(puller.find(reference, AMD64).digest()).isEqualTo(amd64.manifest.digest());
    assertIsWhole(amd64);
  }

  @Test
  @Timeout(300)
  void readsARepeatedIndexOnce() {
    registry.serve("app", amd64);
    Descriptor entry = amd64.manifest;
    byte[] level = {};
    for (int i = 0; i < 3; i++) {
      level =
          RandomImage.index(Collections.<Json>nCopies(1000, RandomImage.json(entry, List.of())));
      entry = RandomImage.descriptor(MediaTypes.OCI_INDEX, level, Optional.empty());
      registry.on("/v2/app/manifests/" + entry.digest(), index(level));
    }
    registry.on("/v2/app/manifests/1", index(level));
    Reference reference = registry.reference("app:1");

    assertThatThrownBy(() -> puller.pull(reference, List.of(Platform.linux("riscv64"))))
        .isInstanceOf(ImageNotFoundFailure.class);
    puller.pullAll(reference);
    assertIsWhole(amd64);
  }
}
