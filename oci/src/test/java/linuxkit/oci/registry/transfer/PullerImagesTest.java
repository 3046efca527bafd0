package linuxkit.oci.registry.transfer;

import java.io.IOException;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Images;
import linuxkit.oci.ImagesContract;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Runs the contract with images of a registry and an empty store. */
class PullerImagesTest extends ImagesContract {
  private FakeRegistry registry;
  private RegistryClient client;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    client = Clients.anonymous();
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  @Override
  protected Images images(ImageStore source, Descriptor root) {
    String repository = "/v2/team/sample/";
    for (Descriptor blob : source.reachable(root)) {
      var answer = FakeRegistry.answer(200, blob.mediaType(), source.read(blob));
      registry.on(repository + "blobs/" + blob.digest(), answer);
      registry.on(repository + "manifests/" + blob.digest(), answer);
    }
    registry.on(
        repository + "manifests/1", FakeRegistry.answer(200, root.mediaType(), source.read(root)));
    ImageStore store = ImageStore.open(directory.resolve("store"), Progress.silent());
    return new Puller(store, client, Puller.When.MISSING, Progress.silent());
  }

  @Override
  protected Reference sample() {
    return registry.reference("team/sample:1");
  }
}
