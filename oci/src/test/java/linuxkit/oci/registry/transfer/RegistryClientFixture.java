package linuxkit.oci.registry.transfer;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A registry that serves an image, and a client of it. */
abstract class RegistryClientFixture {
  final RandomImage image = new RandomImage(Platform.linux("amd64"), 300_000);
  final List<Duration> pauses = new ArrayList<>();
  FakeRegistry registry;
  RegistryClient client;
  Reference reference;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    client = Clients.of(Mirrors.none(), Logins.none(), Clients.recording(pauses));
    registry.serve("app", "1", image);
    reference = registry.reference("app:1");
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  RegistryFailure refusal(Reference name) {
    return catchThrowableOfType(RegistryFailure.class, () -> client.manifest(name));
  }

  static HttpHandler manifest(byte[] bytes) {
    return FakeRegistry.answer(200, MediaTypes.OCI_MANIFEST, bytes);
  }
}
