package linuxkit.oci.signatures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.base.own.UserKey;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Image;
import linuxkit.oci.ImageNotFoundFailure;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.transfer.Clients;
import linuxkit.oci.registry.transfer.KnownImages;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.SelectedImage;
import linuxkit.oci.store.TestImages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownImagesTest {
  private static final Platform AMD64 = Platform.linux("amd64");
  private static final Reference NAME = Reference.parse("localhost:1/image:1");

  @TempDir private Path directory;
  private final RegistryClient client = Clients.anonymous();
  private Descriptor manifest;

  @BeforeEach
  void find() throws IOException {
    ImageStore store = store();
    manifest = TestImages.image(store, "amd64", new byte[1024]);
    store.name(NAME, manifest);
    KnownImages images = images(store);
    images.find(NAME, AMD64);
    images.keep();
  }

  @AfterEach
  void close() {
    client.close();
  }

  // Another process, which has read no document yet.
  private ImageStore store() {
    return ImageStore.open(
        directory.resolve("store"), UserKey.of(directory.toString()), Progress.silent());
  }

  private KnownImages images(ImageStore store) {
    return new KnownImages(
        store, new Puller(store, client, Puller.When.MISSING, Progress.silent()));
  }

  private Path file(Descriptor blob) {
    return directory.resolve("store/blobs/sha256").resolve(blob.digest().hex());
  }

  @Test
  void readsTheDocumentsOfAKnownImageWhenTheyAreNeeded() throws IOException {
    Image image = images(store()).find(NAME, AMD64);
    assertThat(image.digest()).isEqualTo(manifest.digest());
    assertThat(image.root()).isEqualTo(manifest.digest());
    assertThat(image.attestations("any")).isEmpty();
    assertThat(image.config().architecture()).isEqualTo("amd64");
    // Damage is found by whoever reads.
    byte[] bytes = Files.readAllBytes(file(manifest));
    bytes[0]++;
    Files.write(file(manifest), bytes);
    Image damaged = images(store()).find(NAME, AMD64);
    assertThat(damaged.digest()).isEqualTo(manifest.digest());
    assertThatThrownBy(damaged::load).isInstanceOf(Failure.class);
  }

  @Test
  void looksForAnImageAgainIfThePartsAreMissing() throws IOException {
    ImageStore store = store();
    Descriptor config = SelectedImage.of(NAME, manifest, AMD64, store::read).manifest().config();
    Files.delete(file(config));
    assertThatThrownBy(() -> images(store()).find(NAME, AMD64)).isInstanceOf(Failure.class);
  }

  @Test
  void doesNotTakeAnImageForAnotherPlatform() {
    assertThatThrownBy(() -> images(store()).find(NAME, Platform.linux("arm64")))
        .isInstanceOf(ImageNotFoundFailure.class);
  }

  @Test
  void followsANameThatMoves() throws IOException {
    ImageStore store = store();
    Descriptor other = TestImages.image(store, "amd64", new byte[2048]);
    store.name(NAME, other);
    assertThat(images(store()).find(NAME, AMD64).digest()).isEqualTo(other.digest());
  }
}
