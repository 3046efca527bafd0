package linuxkit.oci.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.LayerFailure;
import linuxkit.oci.layer.TestTar;
import linuxkit.oci.store.BlobFailure;
import linuxkit.oci.store.Housekeeping;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.TestImages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damages a store, and checks that reading an image repairs it from the registry. */
class BlobRepairerTest {
  private static final Platform AMD64 = Platform.linux("amd64");
  private static final byte[] PLAIN = new TestTar().file("plain", "p".repeat(100_000)).bytes();
  private static final byte[] PACKED = new TestTar().file("packed", "q".repeat(100_000)).bytes();

  private FakeRegistry registry;
  private RegistryClient client;
  private ImageStore store;
  private Descriptor image;
  private Descriptor plain;
  private Descriptor packed;
  private Reference reference;

  @BeforeEach
  void pull(@TempDir Path directory) throws IOException {
    ImageStore source = ImageStore.open(directory.resolve("source"), Progress.silent());
    plain = source.add(MediaTypes.OCI_LAYER, PLAIN);
    packed = source.add(MediaTypes.OCI_LAYER_GZIP, TestImages.gzip(PACKED));
    image =
        TestImages.image(
            source,
            "amd64",
            List.of(plain, packed),
            List.of(Digest.sha256(PLAIN), Digest.sha256(PACKED)));
    registry = FakeRegistry.start();
    reference = registry.reference("app:1");
    byte[] manifest = source.read(image);
    for (String name : List.of("1", image.digest().toString())) {
      registry.on(
          "/v2/app/manifests/" + name, FakeRegistry.answer(200, MediaTypes.OCI_MANIFEST, manifest));
    }
    for (Descriptor blob : source.reachable(image)) {
      registry.on(
          FakeRegistry.blobPath("app", blob),
          FakeRegistry.answer(200, "application/octet-stream", source.read(blob)));
    }
    client = Clients.anonymous();
    store = ImageStore.open(directory.resolve("store"), Progress.silent());
    puller().pull(reference, List.of(AMD64));
    registry.seen().clear();
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  private Puller puller() {
    return new Puller(store, client, Puller.When.MISSING, Progress.silent());
  }

  private Image find() {
    // A new store, like another process: this one caches what it has verified.
    store = ImageStore.open(store.root(), Progress.silent());
    return puller().find(reference, AMD64);
  }

  private void damage(Descriptor blob) throws IOException {
    Path file = store.root().resolve("blobs/sha256").resolve(blob.digest().hex());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private static String content(Image image, String path) throws IOException {
    Node.RegularFile file = (Node.RegularFile) image.tree().find(path).orElseThrow().node();
    try (InputStream in = file.content().open()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private void requireWhole() throws IOException {
    assertThat(content(find(), "plain")).isEqualTo("p".repeat(100_000));
    assertThat(content(find(), "packed")).isEqualTo("q".repeat(100_000));
    assertThat(new Housekeeping(store).verify()).isEmpty();
  }

  @Test
  void indexesLayersWhileTheyArrive() {
    for (Descriptor layer : List.of(packed, plain)) {
      assertThat(store.root().resolve("derived/layer-index-5").resolve(layer.digest().hex()))
          .isRegularFile();
    }
  }

  @Test
  void repairsALayerBeforeItIsUnpacked() throws IOException {
    damage(packed);
    requireWhole();
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void repairsALayerWhoseMapIsLost() throws IOException {
    requireWhole();
    damage(packed);
    Files.delete(store.root().resolve("derived/layer-map-1").resolve(packed.digest().hex()));
    requireWhole();
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void repairsALayerThatIsReadInPlace() throws IOException {
    requireWhole();
    damage(plain);
    requireWhole();
    damage(packed);
    requireWhole();
    assertThat(registry.seen()).hasSize(2);
  }

  @Test
  void repairsACompressedLayerWhileItIsRead() throws IOException {
    requireWhole();
    Image image = find();
    FileTree tree = image.tree();
    damage(packed);
    Node.RegularFile file = (Node.RegularFile) tree.find("packed").orElseThrow().node();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    file.content().writeTo(out);
    assertThat(out.toString(UTF_8)).isEqualTo("q".repeat(100_000));
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void repairsAManifest() throws IOException {
    damage(image);
    requireWhole();
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void repairsATruncatedLayer() throws IOException {
    Path file = store.root().resolve("blobs/sha256").resolve(plain.digest().hex());
    Files.write(file, new byte[7]);
    requireWhole();
  }

  @Test
  void repairsBlobsThatAreCopiedUnchanged() throws IOException {
    damage(packed);
    puller().blobs(reference, List.of());
    assertThat(new Housekeeping(store).verify()).isEmpty();
  }

  @Test
  void reportsTheDamageIfTheRegistryIsUnreachable() throws IOException {
    damage(packed);
    damage(plain);
    registry.close();
    assertThatThrownBy(() -> content(find(), "packed"))
        .isInstanceOf(LayerFailure.class)
        .hasMessageContaining("file packed is damaged")
        .hasMessageStartingWith("layer " + packed.digest());
    damage(image);
    assertThatThrownBy(this::find)
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("blob " + image.digest() + " is damaged");
  }
}
