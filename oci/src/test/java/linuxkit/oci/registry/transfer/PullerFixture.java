package linuxkit.oci.registry.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.file.Path;
import linuxkit.base.Progress;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.store.ImageStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A registry, images for it, and a puller from it into a store. */
abstract class PullerFixture {
  static final Platform AMD64 = Platform.linux("amd64");
  static final Platform ARM64 = Platform.linux("arm64");

  final RandomImage amd64 = new RandomImage(AMD64, 100_000, 5, 0, 70_000, 3, 9);
  final RandomImage arm64 = new RandomImage(ARM64, 3000);
  final RegistryClient client = Clients.anonymous();
  FakeRegistry registry;
  ImageStore store;
  Puller puller;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    registry = FakeRegistry.start();
    store = ImageStore.open(directory.resolve("cache"), Progress.silent());
    puller = puller(Puller.When.MISSING);
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  void assertIsWhole(RandomImage image) {
    image.blobs.forEach((blob, content) -> assertThat(store.read(blob)).isEqualTo(content));
  }

  byte[] serveIndex(String repository, String tag, RandomImage... images) {
    byte[] index = RandomImage.index(images);
    registry.on("/v2/" + repository + "/manifests/" + tag, index(index));
    for (RandomImage image : images) {
      registry.serve(repository, image);
    }
    return index;
  }

  static HttpHandler index(byte[] content) {
    return FakeRegistry.answer(200, MediaTypes.OCI_INDEX, content);
  }

  Puller puller(Puller.When when) {
    return new Puller(store, client, when, Progress.silent());
  }
}
