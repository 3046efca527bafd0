package linuxkit.oci.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Origin;
import linuxkit.fixtures.ProgressLog;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.ImageNotFoundFailure;
import linuxkit.oci.LayerChange;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.layer.LayerFailure;
import linuxkit.oci.layer.TestTar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoredImageTest extends StoredImageFixture {
  @ParameterizedTest
  @EnumSource
  void readsAnyCompressionWhateverTheMediaType(Packing packing) throws IOException {
    Image image = packed(MediaTypes.OCI_LAYER_GZIP, packing.pack(TAR));
    for (FileTree tree : List.of(image.tree(), image.tree())) {
      assertThat(TestImages.text(tree, "etc/motd")).isEqualTo("hello");
      assertThat(tree.find("etc").orElseThrow().node().metadata().permissions()).isEqualTo(0750);
      assertThat(tree.find("etc/motd").orElseThrow().origin())
          .extracting(Origin::location, Origin::source)
          .containsExactly("", "docker.io/library/test:1");
      assertThat(tree.find("etc/motd").orElseThrow().origin().layer()).startsWith("sha256:");
    }
  }

  @ParameterizedTest
  @EnumSource
  void reusesDerivedFilesAndRebuildsMissingOnes(Packing packing) throws IOException {
    byte[] blob = packing.pack(TAR);
    Descriptor root =
        TestImages.image(
            store,
            "amd64",
            List.of(store.add(MediaTypes.OCI_LAYER, blob)),
            List.of(Digest.sha256(TAR)));
    FileTree before = image(root).tree();
    assertThat(TestImages.text(reopened(root), "etc/motd")).isEqualTo("hello");
    for (String kind : List.of("layer-map-1", "layer-index-5")) {
      Files.deleteIfExists(
          store.root().resolve("derived").resolve(kind).resolve(Digest.sha256(blob).hex()));
      assertThat(TestImages.text(reopened(root), "etc/motd")).isEqualTo("hello");
    }
    assertThat(TestImages.text(before, "etc/motd")).isEqualTo("hello");
  }

  @Test
  void returnsTheLayersThatChangedAPath() {
    byte[] first = new TestTar().file("a", "1").file("b", "1").bytes();
    byte[] second = new TestTar().file("b", "2").bytes();
    byte[] third = new TestTar().file(".wh.b", "").bytes();
    byte[] fourth = new TestTar().file("b", "2").bytes();
    Image image = image(TestImages.image(store, "amd64", first, second, third, fourth));
    assertThat(image.history("a"))
        .extracting(LayerChange::layer)
        .containsExactly(Digest.sha256(first));
    assertThat(image.history("b"))
        .extracting(LayerChange::layer, change -> change.node().isPresent())
        .containsExactly(
            tuple(Digest.sha256(first), true),
            tuple(Digest.sha256(second), true),
            tuple(Digest.sha256(third), false),
            tuple(Digest.sha256(fourth), true));
    assertThat(image.history("c")).isEmpty();
  }

  private FileTree reopened(Descriptor root) {
    return ImageStore.open(store.root(), Progress.silent()).image(NAME, root, AMD64).tree();
  }

  @Test
  void warnsOfAWrongMediaType() {
    ProgressLog progress = new ProgressLog();
    store = ImageStore.open(store.root(), progress);
    byte[] blob = TestImages.zstd(TAR);
    packed(MediaTypes.OCI_LAYER_ZSTD, blob).tree();
    assertThat(progress.warnings()).isEmpty();
    packed(MediaTypes.OCI_LAYER_GZIP, TAR).tree();
    assertThat(progress.warnings())
        .containsExactly(
            "docker.io/library/test:1, layer "
                + Digest.sha256(TAR)
                + ": the layer's media type says gzip, but it is not compressed");
  }

  @Test
  void selectsTheImageForThePlatform() {
    Descriptor amd64 = TestImages.image(store, "amd64", TAR);
    Descriptor arm64 = TestImages.image(store, "arm64");
    Descriptor index =
        TestImages.index(
            store,
            attestation(arm64),
            TestImages.forPlatform(arm64, "arm64"),
            TestImages.index(store, TestImages.forPlatform(amd64, "amd64")));
    assertThat(image(index).digest()).isEqualTo(amd64.digest());
    assertThat(store.image(NAME, index, Platform.linux("arm64")).digest())
        .isEqualTo(arm64.digest());
    assertThatThrownBy(() -> store.image(NAME, index, Platform.linux("riscv64")))
        .isInstanceOf(ImageNotFoundFailure.class)
        .hasMessage(
            "docker.io/library/test:1: the image is not available for linux/riscv64, only for linux/arm64,"
                + " linux/amd64");
  }

  private static Descriptor attestation(Descriptor manifest) {
    TreeMap<String, String> annotations = new TreeMap<>();
    annotations.put("vnd.docker.reference.type", "attestation-manifest");
    annotations.put("vnd.docker.reference.digest", manifest.digest().toString());
    return new Descriptor(
        manifest.mediaType(),
        manifest.digest(),
        manifest.size(),
        Optional.of(new Platform("unknown", "unknown", "")),
        annotations);
  }

  @Test
  void selectsTheFirstOfTwoEntries() {
    Descriptor first = TestImages.image(store, "amd64", TAR);
    Descriptor second = TestImages.image(store, "amd64");
    Descriptor index =
        TestImages.index(
            store, TestImages.forPlatform(first, "amd64"), TestImages.forPlatform(second, "amd64"));
    assertThat(image(index).digest()).isEqualTo(first.digest());
  }

  @Test
  void f8SelectsTheImageThatEveryProcessorRuns() {
    Descriptor v3 = variant(TestImages.image(store, "amd64", TAR), "v3");
    Descriptor v2 = variant(TestImages.image(store, "amd64"), "v2");
    Descriptor plain = variant(TestImages.image(store, "amd64", TAR, TAR), "");
    assertThat(image(TestImages.index(store, v3, v2, plain)).digest()).isEqualTo(plain.digest());
    assertThat(image(TestImages.index(store, v3, v2)).digest()).isEqualTo(v2.digest());
    assertThat(image(TestImages.index(store, v3)).digest()).isEqualTo(v3.digest());
    Descriptor v1 = variant(plain, "v1");
    assertThat(image(TestImages.index(store, v3, v1, v2)).digest()).isEqualTo(v1.digest());
  }

  private static Descriptor variant(Descriptor image, String variant) {
    return new Descriptor(
        image.mediaType(),
        image.digest(),
        image.size(),
        Optional.of(new Platform("linux", "amd64", variant)),
        new TreeMap<>());
  }

  @Test
  void usesTheConfigurationsIfTheIndexHasNoPlatforms() {
    Descriptor amd64 = TestImages.image(store, "amd64", TAR);
    Descriptor arm64 = TestImages.image(store, "arm64");
    assertThat(image(TestImages.index(store, arm64, amd64)).digest()).isEqualTo(amd64.digest());
    assertThatThrownBy(() -> image(TestImages.index(store, arm64)))
        .isInstanceOf(ImageNotFoundFailure.class);
  }

  @Test
  void refusesASingleImageOfAnotherArchitecture() {
    Descriptor arm64 = TestImages.image(store, "arm64", TAR);
    assertThatThrownBy(() -> image(arm64))
        .isInstanceOf(ImageNotFoundFailure.class)
        .hasMessageContaining("not available for linux/amd64, only for linux/arm64");
  }

  @Test
  void limitsTheNestingOfIndexes() {
    Descriptor index = TestImages.index(store);
    for (int i = 0; i < 5; i++) {
      index = TestImages.index(store, index);
    }
    Descriptor deep = index;
    assertThatThrownBy(() -> image(deep))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("nested too deeply");
  }

  @Test
  void refusesAnotherArtefact() {
    Descriptor artifact =
        TestImages.manifest(
            store, store.add("application/vnd.oci.empty.v1+json", "{}".getBytes(UTF_8)), List.of());
    assertThatThrownBy(() -> image(artifact))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("the manifest describes another kind of artefact, not an image");
  }

  @Test
  void refusesAWrongNumberOfDiffIds() {
    Descriptor image =
        TestImages.image(store, "amd64", List.of(TestImages.layer(store, TAR)), List.of());
    assertThatThrownBy(() -> image(image))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("the manifest lists 1 layers, but the configuration lists 0");
  }

  @Test
  void refusesALayerOfAnUnknownType() {
    Descriptor image =
        TestImages.image(
            store,
            "amd64",
            List.of(store.add("application/x-squashfs", TAR)),
            List.of(Digest.sha256(TAR)));
    assertThatThrownBy(() -> image(image))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("application/x-squashfs");
  }

  @Test
  void refusesAWrongDiffId() {
    Digest wrong = Digest.sha256(new byte[0]);
    Image image =
        image(
            TestImages.image(
                store, "amd64", List.of(TestImages.layer(store, TAR)), List.of(wrong)));
    assertThatThrownBy(image::tree)
        .isInstanceOf(LayerFailure.class)
        .hasMessageContaining("docker.io/library/test:1, layer " + Digest.sha256(TAR))
        .hasMessageContaining("the configuration says " + wrong);
  }

  @Test
  void flattensFiveHundredLayers() throws IOException {
    byte[][] tars = new byte[500][];
    for (int i = 0; i < tars.length; i++) {
      tars[i] = new TestTar().file("count", Integer.toString(i)).bytes();
    }
    assertThat(TestImages.text(image(TestImages.image(store, "amd64", tars)).tree(), "count"))
        .isEqualTo("499");
  }

  @Test
  void namesAMissingImage() {
    assertThatThrownBy(() -> new StoreImages(store).find(NAME, AMD64))
        .isInstanceOf(ImageNotFoundFailure.class)
        .hasMessageContaining("no such image in the image store " + store.root())
        .extracting(f -> ((ImageNotFoundFailure) f).hint())
        .isEqualTo("fetch it with: linuxkit cache pull docker.io/library/test:1");
    store.name(NAME, TestImages.image(store, "amd64", TAR));
    assertThat(new StoreImages(store).find(NAME, AMD64).reference()).isEqualTo(NAME);
  }
}
