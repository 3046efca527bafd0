package linuxkit.oci.registry.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.endpoint.Mirrors;
import linuxkit.oci.registry.transfer.Clients;
import linuxkit.oci.registry.transfer.FakeRegistry;
import linuxkit.oci.registry.transfer.RandomImage;
import linuxkit.oci.registry.transfer.RegistryClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A registry that requires a login, and another server. */
abstract class AuthenticationFixture {
  static final String PASSWORD = "open:sesame";
  static final String BASIC =
      "Basic " + Base64.getEncoder().encodeToString(("ali:" + PASSWORD).getBytes(UTF_8));
  static final String TOKEN = "t0k3n.of-the_day";
  final RandomImage image = new RandomImage(Platform.linux("amd64"), 5000);
  final String blobPath = FakeRegistry.blobPath("app", image.layers.getFirst());
  FakeRegistry registry;
  FakeRegistry other;
  Reference reference;
  @TempDir Path home;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    other = FakeRegistry.startElsewhere();
    registry.serve("app", "1", image);
    reference = registry.reference("app:1");
  }

  @AfterEach
  void stop() {
    registry.close();
    other.close();
  }

  void requireToken(String challenge) {
    registry.requireAuthorization("Bearer " + TOKEN, challenge);
  }

  void fetchAll(Logins logins) {
    try (RegistryClient client = client(logins)) {
      assertThat(client.manifest(reference).bytes()).isEqualTo(image.manifestBytes);
      ByteArrayOutputStream sink = new ByteArrayOutputStream();
      client.blob(reference, image.layers.getFirst(), sink, Progress.silent().begin("", -1));
      assertThat(sink.toByteArray()).isEqualTo(image.content(image.layers.getFirst()));
    }
  }

  Failure refusal(Logins logins) {
    try (RegistryClient client = client(logins)) {
      return refusal(client);
    }
  }

  Failure refusal(RegistryClient client) {
    return catchThrowableOfType(Failure.class, () -> client.manifest(reference));
  }

  static RegistryClient client(Logins logins) {
    return Clients.of(Mirrors.none(), logins, Clients.recording(new ArrayList<>()));
  }

  Logins login() throws IOException {
    return logins("{\"auth\":\"" + BASIC.substring(6) + "\"}");
  }

  Logins logins(String entry) throws IOException {
    Files.writeString(
        home.resolve("config.json"),
        "{\"auths\":{\"" + registry.authority() + "\":" + entry + "}}");
    return Logins.of(Map.of("DOCKER_CONFIG", home.toString()), Progress.silent());
  }
}
