package linuxkit.oci.registry.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.json.Json;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageNotFoundFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pulls images that are listed in nested indexes. */
class NestedIndexTest {
  private static final Platform AMD64 = Platform.linux("amd64");

  private final RandomImage amd64 = new RandomImage(AMD64, 3000);
  private final RegistryClient client = Clients.anonymous();
  private FakeRegistry registry;
  private ImageStore store;
  private Puller puller;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    registry = FakeRegistry.start();
    store = ImageStore.open(directory.resolve("cache"), Progress.silent());
    puller = new Puller(store, client, Puller.When.MISSING, Progress.silent());
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
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

  private void assertIsWhole(RandomImage image) {
    image.blobs.forEach((blob, content) -> assertThat(store.read(blob)).isEqualTo(content));
  }

  private static HttpHandler index(byte[] content) {
    return FakeRegistry.answer(200, MediaTypes.OCI_INDEX, content);
  }
}
