package linuxkit.oci.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.http.HttpFailure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import linuxkit.oci.store.ImageStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from Docker's own registry, which skopeo has filled. */
class DockerRegistryTest {
  private static final Platform AMD64 = Platform.linux("amd64");
  private static final Platform ARM64 = Platform.linux("arm64");

  private final RandomImage amd64 = new RandomImage(AMD64, 2_000_000, 10, 300_000);
  private final RandomImage arm64 = new RandomImage(ARM64, 1000);
  private ImageStore store;
  private String layout;
  @TempDir private Path directory;

  @BeforeEach
  void fill() {
    ImageStore source = ImageStore.open(directory.resolve("source"), Progress.silent());
    for (RandomImage image : List.of(amd64, arm64)) {
      image.blobs.forEach((blob, content) -> source.add(blob.mediaType(), content));
      source.add(MediaTypes.OCI_MANIFEST, image.manifestBytes);
    }
    Descriptor index = source.add(MediaTypes.OCI_INDEX, RandomImage.index(amd64, arm64));
    source.name(Reference.parse("sample:1"), index);
    layout = source.root() + ":docker.io/library/sample:1";
    store = ImageStore.open(directory.resolve("cache"), Progress.silent());
  }

  @Test
  void pullsOnePlatformAfterTheOther() throws Exception {
    try (DockerRegistry registry = DockerRegistry.start(directory);
        RegistryClient client = client(Mirrors.none(), Logins.none(), List.of())) {
      registry.push(layout, "team/app:1");
      Reference reference = reference(registry, "team/app:1");

      puller(client).pull(reference, List.of(ARM64));
      assertThat(store.has(amd64.config)).isFalse();
      puller(client).pull(reference, List.of(AMD64));

      assertIsWhole(amd64);
      assertIsWhole(arm64);
      assertThat(client.exists(reference)).isTrue();
      assertThat(client.exists(reference(registry, "team/app:2"))).isFalse();
    }
  }

  @Test
  void pullsThroughAMirrorWithAPath() throws Exception {
    try (DockerRegistry registry = DockerRegistry.start(directory)) {
      registry.push(layout, "cache/library/sample:1");
      Mirrors mirrors =
          Mirrors.parse(List.of("docker.io=http://" + registry.authority() + "/cache"));
      try (RegistryClient client = client(mirrors, Logins.none(), List.of())) {
        puller(client).pull(Reference.parse("sample:1"), List.of(AMD64));
      }
      assertIsWhole(amd64);
      assertThat(store.list().getFirst().name()).isEqualTo("docker.io/library/sample:1");
    }
  }

  @Test
  void logsIn() throws Exception {
    try (DockerRegistry registry = DockerRegistry.startWithLogin(directory)) {
      registry.push(layout, "app:1", "--dest-creds", "ali:" + DockerRegistry.PASSWORD);
      Reference reference = reference(registry, "app:1");

      assertThat(refusal(reference, Logins.none())).isInstanceOf(RegistryFailure.Denied.class);
      assertThat(refusal(reference, login(registry, "guess")))
          .isInstanceOf(RegistryFailure.Denied.class)
          .hasMessageEndingWith("denies access with the configured login");
      try (RegistryClient client =
          client(Mirrors.none(), login(registry, DockerRegistry.PASSWORD), List.of())) {
        puller(client).pull(reference, List.of(AMD64));
      }
      assertIsWhole(amd64);
    }
  }

  @Test
  void trustsAnAddedAuthority() throws Exception {
    TestAuthority authority = new TestAuthority(directory);
    TestAuthority.Issued server = authority.issue("IP:127.0.0.1", 1);
    try (DockerRegistry registry =
        DockerRegistry.startWithTls(directory, server.certificate(), server.key())) {
      registry.push(layout, "app:1");
      Reference reference = reference(registry, "app:1");
      try (RegistryClient client =
          client(overTls(registry), Logins.none(), List.of(authority.certificate()))) {
        puller(client).pull(reference, List.of(AMD64));
      }
      assertIsWhole(amd64);

      RegistryFailure failure = refusal(registry, Optional.empty());
      assertThat(failure)
          .isInstanceOf(RegistryFailure.Untrusted.class)
          .hasMessageStartingWith(
              reference
                  + ": cannot make a TLS connection to registry "
                  + registry.authority()
                  + ": ");
      assertThat(failure.hint()).contains("--cert-file FILE");
    }
  }

  @Test
  void refusesACertificateForAnotherName() throws Exception {
    assertRefused("DNS:other.example", 1, "127.0.0.1");
  }

  @Test
  void refusesAnExpiredCertificate() throws Exception {
    assertRefused("IP:127.0.0.1", -1, "validity check failed");
  }

  private void assertRefused(String name, int days, String why)
      throws IOException, InterruptedException {
    TestAuthority authority = new TestAuthority(directory);
    TestAuthority.Issued server = authority.issue(name, days);
    try (DockerRegistry registry =
        DockerRegistry.startWithTls(directory, server.certificate(), server.key())) {
      assertThat(refusal(registry, Optional.of(authority)))
          .isInstanceOf(RegistryFailure.Untrusted.class)
          .hasMessageContaining(why);
    }
  }

  @Test
  void reportsAFileWithoutACertificate() throws IOException {
    Path file = Files.writeString(directory.resolve("no.pem"), "no certificate\n");
    try (RegistryClient client = client(Mirrors.none(), Logins.none(), List.of(file))) {
      assertThatThrownBy(() -> client.manifest(Reference.parse("registry.invalid/x")))
          .isInstanceOf(HttpFailure.Misconfigured.class)
          .hasMessage(file + ": the file has no certificate in PEM form");
    }
  }

  private Puller puller(RegistryClient client) {
    return new Puller(store, client, Puller.When.MISSING, Progress.silent());
  }

  private static RegistryClient client(Mirrors mirrors, Logins logins, List<Path> certificates) {
    return new RegistryClient(
        new RegistrySettings(
            mirrors, logins, certificates, Map.of(), Clients.recording(new ArrayList<>())));
  }

  private static Mirrors overTls(DockerRegistry registry) {
    return Mirrors.parse(List.of(registry.authority() + "=https://" + registry.authority()));
  }

  private RegistryFailure refusal(DockerRegistry registry, Optional<TestAuthority> authority) {
    try (RegistryClient client =
        client(
            overTls(registry),
            Logins.none(),
            authority.map(TestAuthority::certificate).stream().toList())) {
      return catchThrowableOfType(
          RegistryFailure.class, () -> client.manifest(reference(registry, "app:1")));
    }
  }

  private RegistryFailure refusal(Reference reference, Logins logins) {
    try (RegistryClient client = client(Mirrors.none(), logins, List.of())) {
      return catchThrowableOfType(RegistryFailure.class, () -> client.manifest(reference));
    }
  }

  private Logins login(DockerRegistry registry, String password) throws IOException {
    String auth = Base64.getEncoder().encodeToString(("ali:" + password).getBytes(UTF_8));
    Files.writeString(
        directory.resolve("config.json"),
        "{\"auths\":{\"" + registry.authority() + "\":{\"auth\":\"" + auth + "\"}}}");
    return Logins.of(Map.of("DOCKER_CONFIG", directory.toString()), Progress.silent());
  }

  private void assertIsWhole(RandomImage image) {
    image.blobs.forEach((blob, content) -> assertThat(store.read(blob)).isEqualTo(content));
  }

  private static Reference reference(DockerRegistry registry, String name) {
    return Reference.parse(registry.authority() + "/" + name);
  }
}
