package linuxkit.oci.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.layer.LayerFailure;
import linuxkit.oci.layer.TestTar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks that damaged or missing data is never used as content of an image. */
class DamagedImageTest extends StoredImageFixture {
  @Test
  void verifiesContentThatIsWrittenOut() throws IOException {
    Descriptor root = TestImages.image(store, "amd64", TAR);
    FileTree tree = image(root).tree();
    if (!(tree.find("etc/motd").orElseThrow().node() instanceof Node.RegularFile motd)) {
      throw new AssertionError("not a file");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    motd.content().writeTo(out);
    assertThat(out.toString(UTF_8)).isEqualTo("hello");
    byte[] bytes = TAR.clone();
    bytes[indexOf(bytes, "hello")] ^= 1;
    Files.write(store.file(Digest.sha256(TAR)), bytes);
    assertThatThrownBy(() -> motd.content().writeTo(new ByteArrayOutputStream()))
        .isInstanceOf(LayerFailure.class)
        .hasMessageContaining("etc/motd is damaged");
  }

  @Test
  void failsForAMissingLayer() throws IOException {
    byte[] upper = new TestTar().file("upper", "x").bytes();
    Image image = image(TestImages.image(store, "amd64", TAR, upper));
    Files.delete(store.file(Digest.sha256(TAR)));
    assertThatThrownBy(image::tree)
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining(Digest.sha256(TAR) + " is missing");
  }

  @ParameterizedTest
  @EnumSource
  void detectsAFlippedBitWhenALayerIsUnpacked(Packing packing) throws IOException {
    byte[] blob = packing.pack(TAR);
    Image image = packed(MediaTypes.OCI_LAYER, blob);
    for (int at : new int[] {0, blob.length / 2, blob.length - 1}) {
      byte[] flipped = blob.clone();
      flipped[at] ^= 0x10;
      Files.write(store.file(Digest.sha256(blob)), flipped);
      assertThatThrownBy(image::tree)
          .isInstanceOf(BlobFailure.class)
          .hasMessageContaining(Digest.sha256(blob) + " is damaged")
          .hasMessageContaining(NAME.toString());
    }
  }

  @Test
  void namesTheImageForAnyDamagedOrMissingBlob() throws IOException {
    Descriptor manifest = TestImages.image(store, "amd64", TAR);
    ImageManifest parts =
        ImageManifest.parse(store.read(manifest), manifest.mediaType(), "the image");
    for (Descriptor blob : List.of(manifest, parts.config(), parts.layers().getFirst())) {
      Path file = store.file(blob.digest());
      byte[] good = Files.readAllBytes(file);
      Files.write(file, new byte[good.length]);
      // A store keeps what it has read and verified.
      store = ImageStore.open(store.root(), Progress.silent());
      assertThatThrownBy(() -> image(manifest).tree())
          .isInstanceOf(BlobFailure.class)
          .hasMessageContaining(NAME.toString())
          .hasMessageContaining("damaged");
      Files.delete(file);
      assertThatThrownBy(() -> image(manifest).tree())
          .isInstanceOf(BlobFailure.class)
          .hasMessageContaining(NAME.toString())
          .hasMessageContaining("missing");
      Files.write(file, good);
    }
  }

  @ParameterizedTest
  @EnumSource
  void detectsALaterFlippedBitWhenAFileIsRead(Packing packing) throws IOException {
    byte[] big = new byte[600_000];
    byte[] tar = new TestTar().file("big", big).file("small", "hello").bytes();
    byte[] blob = packing.pack(tar);
    Descriptor root =
        TestImages.image(
            store,
            "amd64",
            List.of(store.add(MediaTypes.OCI_LAYER, blob)),
            List.of(Digest.sha256(tar)));
    assertThat(TestImages.text(image(root).tree(), "small")).isEqualTo("hello");
    // Another process: this one may have kept what it verified and unpacked.
    store = ImageStore.open(store.root(), Progress.silent());
    FileTree tree = image(root).tree();
    byte[] bytes = blob.clone();
    if (packing == Packing.PLAIN) {
      bytes[512 + 500_000] ^= 1;
      bytes[indexOf(bytes, "hello")] ^= 1;
    } else {
      bytes[bytes.length / 2] ^= 1;
    }
    Files.write(store.file(Digest.sha256(blob)), bytes);
    assertThatThrownBy(() -> TestImages.text(tree, "small"))
        .isInstanceOf(LayerFailure.class)
        .hasMessageContaining("small is damaged");
    assertThatThrownBy(() -> TestImages.text(tree, "big"))
        .isInstanceOf(LayerFailure.class)
        .hasMessageContaining("big is damaged");
    if (tree.find("big").orElseThrow().node() instanceof Node.RegularFile file) {
      assertThatThrownBy(() -> file.content().writeTo(OutputStream.nullOutputStream()))
          .isInstanceOf(LayerFailure.class)
          .hasMessageContaining("big is damaged");
    }
  }

  @ParameterizedTest
  @EnumSource
  void detectsAFlippedBitWhenALayerIsExported(Packing packing) throws IOException {
    byte[] blob = packing.pack(TAR);
    Descriptor layer = store.add(MediaTypes.OCI_LAYER, blob);
    Content tar = store.unpacked(NAME, layer, Digest.sha256(TAR));
    assertThat(tar.size()).isEqualTo(TAR.length);
    try (InputStream in = tar.open()) {
      assertThat(in.readAllBytes()).isEqualTo(TAR);
    }
    byte[] flipped = blob.clone();
    flipped[blob.length / 2] ^= 1;
    Files.write(store.file(Digest.sha256(blob)), flipped);
    assertThatThrownBy(() -> tar.writeTo(OutputStream.nullOutputStream()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(NAME.toString());
  }

  @Test
  void keepsNoCopyOfALargePieceThatIsDamaged() throws IOException {
    byte[] random = new byte[6 << 20];
    new Random(5).nextBytes(random);
    byte[] tar = new TestTar().file("big", random).file("small", "hello").bytes();
    byte[] blob = TestImages.gzip(tar);
    Descriptor layer = store.add(MediaTypes.OCI_LAYER_GZIP, blob);
    Descriptor root = TestImages.image(store, "amd64", List.of(layer), List.of(Digest.sha256(tar)));
    byte[] flipped = blob.clone();
    flipped[blob.length - 1] ^= 1;
    Files.write(store.file(Digest.sha256(blob)), flipped);
    assertThatThrownBy(() -> image(root).tree())
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("is damaged");
    Files.write(store.file(Digest.sha256(blob)), blob);
    FileTree tree = image(root).tree();
    // What was verified while it was unpacked is read, whatever becomes of the blob.
    Files.write(store.file(Digest.sha256(blob)), flipped);
    assertThat(TestImages.text(tree, "small")).isEqualTo("hello");
    store = ImageStore.open(store.root(), Progress.silent());
    FileTree later = image(root).tree();
    assertThatThrownBy(() -> TestImages.text(later, "small"))
        .isInstanceOf(LayerFailure.class)
        .hasMessageContaining("small is damaged");
  }

  @Test
  void ignoresTheUnpackedLayersOfAnEarlierVersion() throws IOException {
    byte[] blob = TestImages.zstd(TAR);
    Descriptor root =
        TestImages.image(
            store,
            "amd64",
            List.of(store.add(MediaTypes.OCI_LAYER_ZSTD, blob)),
            List.of(Digest.sha256(TAR)));
    image(root).tree();
    // That version kept an index and no map.
    String key = Digest.sha256(blob).hex();
    Files.delete(store.root().resolve("derived/layer-map-1").resolve(key));
    store.work().put("layer-tar", key, out -> out.write("other bytes".getBytes(UTF_8)));
    store = ImageStore.open(store.root(), Progress.silent());
    assertThat(TestImages.text(image(root).tree(), "etc/motd")).isEqualTo("hello");
  }

  @Test
  void detectsAFlippedBitWhenALayerIsUnpackedAgain() throws IOException {
    byte[] blob = TestImages.gzip(TAR);
    Descriptor layer = store.add(MediaTypes.OCI_LAYER_GZIP, blob);
    Descriptor root = TestImages.image(store, "amd64", List.of(layer), List.of(Digest.sha256(TAR)));
    image(root).tree();
    Files.delete(store.root().resolve("derived/layer-map-1/" + Digest.sha256(blob).hex()));
    byte[] flipped = blob.clone();
    flipped[blob.length / 2] ^= 0x10;
    Files.write(store.file(Digest.sha256(blob)), flipped);
    store = ImageStore.open(store.root(), Progress.silent());
    FileTree tree = image(root).tree();
    assertThatThrownBy(() -> TestImages.text(tree, "etc/motd"))
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining(Digest.sha256(blob) + " is damaged");
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, ISO_8859_1).indexOf(text);
  }
}
