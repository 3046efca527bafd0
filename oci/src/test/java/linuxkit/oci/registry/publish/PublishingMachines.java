package linuxkit.oci.registry.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.fixtures.ProgressLog;
import linuxkit.http.RetryPolicy;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import linuxkit.oci.registry.transfer.IndexPublisher;
import linuxkit.oci.registry.transfer.RandomImage;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.registry.transfer.RegistrySettings;
import linuxkit.oci.store.ImageStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Docker's registry, and machines with stores of their own that publish to it. */
abstract class PublishingMachines {
  static final List<String> ORDER = List.of("amd64", "arm64", "riscv64");
  static final Reference LOCAL = Reference.parse("sample:1");

  final Map<String, RandomImage> images = new LinkedHashMap<>();
  final ProgressLog progress = new ProgressLog();
  DockerRegistry registry;
  RegistryClient client;
  @TempDir Path directory;

  @BeforeEach
  void start() throws Exception {
    ORDER.forEach(name -> images.put(name, new RandomImage(Platform.linux(name), 1000)));
    registry = DockerRegistry.start(directory);
    client = newClient();
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  static RegistryClient newClient() {
    return new RegistryClient(
        new RegistrySettings(
            // This registry fails to read a tag while it writes it, so that pauses must be real.
            Mirrors.none(), Logins.none(), List.of(), Map.of(), RetryPolicy.usual()));
  }

  final Reference name(String name) {
    return Reference.parse(registry.authority() + "/" + name);
  }

  final RandomImage image(String architecture) {
    return Objects.requireNonNull(images.get(architecture));
  }

  /** A machine with a store of its own. */
  final class Machine implements AutoCloseable {
    final ImageStore store;
    final RegistryClient own = newClient();
    final IndexPublisher publisher;

    Machine(String name) {
      store = ImageStore.open(directory.resolve(name), progress);
      publisher = new IndexPublisher(store, own, progress);
    }

    Descriptor index(RandomImage... built) {
      for (RandomImage image : built) {
        image.blobs.forEach((blob, content) -> store.add(blob.mediaType(), content));
        store.add(MediaTypes.OCI_MANIFEST, image.manifestBytes);
      }
      return store.add(MediaTypes.OCI_INDEX, RandomImage.index(built));
    }

    Digest publish(Reference target, boolean tags, RandomImage... built) {
      return publisher.publish(
          LOCAL, index(built), target, new IndexPublisher.Options(tags, ORDER));
    }

    @Override
    public void close() {
      own.close();
    }
  }

  final String log() throws IOException {
    return Files.readString(directory.resolve("registry.log"), UTF_8);
  }
}
