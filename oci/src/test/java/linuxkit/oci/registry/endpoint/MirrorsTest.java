package linuxkit.oci.registry.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.transfer.Clients;
import linuxkit.oci.registry.transfer.FakeRegistry;
import linuxkit.oci.registry.transfer.RandomImage;
import linuxkit.oci.registry.transfer.RegistryClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorsTest {
  @Test
  void usesAMirrorWithoutARegistryForAllOthers() {
    Mirrors mirrors =
        Mirrors.parse(List.of("https://m.example", "ghcr.io=http://other.example:5000/a/b/"));

    assertThat(manifest(mirrors, "redis:7"))
        .isEqualTo("https://m.example/v2/library/redis/manifests/7");
    assertThat(manifest(mirrors, "ghcr.io/x/y:1"))
        .isEqualTo("http://other.example:5000/v2/a/b/x/y/manifests/1");
    assertThat(manifest(mirrors, "localhost:5000/x:1"))
        .isEqualTo("https://m.example/v2/x/manifests/1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker.io", "docker.io/", "index.docker.io", "registry-1.docker.io"})
  void treatsAllNamesOfDockerHubAlike(String name) {
    Mirrors mirrors = Mirrors.parse(List.of(name + "=https://m.example"));

    for (String reference : List.of("redis:7", "docker.io/redis:7", "index.docker.io/redis:7")) {
      assertThat(manifest(mirrors, reference)).startsWith("https://m.example/");
    }
    assertThat(manifest(mirrors, "quay.io/redis:7")).startsWith("https://quay.io/");
  }

  @Test
  void usesTheLastMirrorOfARegistry() {
    Mirrors mirrors =
        Mirrors.parse(
            " https://env.example,ghcr.io=https://env2.example\thttps://env3.example",
            List.of("ghcr.io=https://flag.example"));

    assertThat(manifest(mirrors, "redis:7")).startsWith("https://env3.example/");
    assertThat(manifest(mirrors, "ghcr.io/a:7")).startsWith("https://flag.example/");
  }

  @Test
  void hasNoMirrorsInAnEmptyEnvironment() {
    assertThat(manifest(Mirrors.parse("", List.of()), "redis:7"))
        .startsWith("https://registry-1.docker.io/");
  }

  @ParameterizedTest
  @CsvSource({
    "m.example, the URL does not begin with http:// or https://",
    "ghcr.io=m.example, the URL does not begin with http:// or https://",
    "ftp://m.example, the URL does not begin with http:// or https://",
    "=https://m.example, \"\" is not a registry",
    "ghcr.io/x=https://m.example, \"ghcr.io/x\" is not a registry",
    "https://, the URL is malformed",
    "https://m.example?x=y, the URL is not a host and a path",
    "https://m.example/../x, \"/../x\" is not a path within a registry",
    "https://m.example/a%2e, \"/a%2e\" is not a path within a registry",
  })
  void reportsAMalformedMirror(String specification, String why) {
    assertThatThrownBy(() -> Mirrors.parse(List.of(specification)))
        .isInstanceOf(RegistryFailure.Misconfigured.class)
        .hasMessage("invalid mirror \"" + specification + "\": " + why);
  }

  @Test
  void doesNotRepeatALogin() {
    assertThatThrownBy(() -> Mirrors.parse(List.of("ghcr.io=https://ali:sesame@m.example")))
        .hasMessage(
            "invalid mirror \"ghcr.io=https://…@m.example\": the URL must not contain a login;"
                + " put it into Docker's config.json");
  }

  @Test
  void readsFromTheMirrorOnly() throws IOException {
    RandomImage image = new RandomImage(Platform.linux("amd64"), 10);
    try (FakeRegistry registry = FakeRegistry.start();
        FakeRegistry mirror = FakeRegistry.startElsewhere();
        RegistryClient client = client(registry.authority() + "=" + mirror.url("/cache/"))) {
      registry.serve("app", "1", image);
      registry.serve("app", "2", image);
      mirror.serve("cache/app", "1", image);

      assertThat(client.manifest(registry.reference("app:1")).bytes())
          .isEqualTo(image.manifestBytes);
      // There is a :2 in the registry, but not in the mirror.
      RegistryFailure failure =
          catchThrowableOfType(
              RegistryFailure.class, () -> client.manifest(registry.reference("app:2")));
      assertThat(failure)
          .isInstanceOf(RegistryFailure.NotFound.class)
          .hasMessage(
              registry.authority() + "/app:2: no such image in registry " + mirror.authority());
      assertThat(registry.seen()).isEmpty();
    }
  }

  @Test
  void fallsBackToTheRegistryOnRequest() throws IOException {
    RandomImage image = new RandomImage(Platform.linux("amd64"), 10, 70_000);
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry.serve("app", "1", image);
      Reference reference = registry.reference("app:1");
      Mirrors mirrors = withFallback(registry, image, reference);
      // The mirror is closed by now.
      try (RegistryClient client = Clients.of(mirrors, Logins.none(), Clients.impatient())) {
        assertThat(client.manifest(reference).bytes()).isEqualTo(image.manifestBytes);
      }
    }
  }

  private static Mirrors withFallback(FakeRegistry registry, RandomImage image, Reference reference)
      throws IOException {
    Descriptor layer = image.layers.getLast();
    byte[] content = image.content(layer);
    try (FakeRegistry mirror = FakeRegistry.startElsewhere()) {
      Mirrors mirrors =
          Mirrors.parse(List.of(registry.authority() + "=" + mirror.url(""))).withFallback();
      // The mirror has the manifest, but always cuts off the layer.
      mirror.serve("app", "1", image);
      mirror.on(FakeRegistry.blobPath("app", layer), FakeRegistry.cutAfter(30_000, content));
      try (RegistryClient client =
          Clients.of(mirrors, Logins.none(), Clients.recording(new ArrayList<>()))) {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        client.manifest(reference);
        client.blob(reference, layer, sink, Progress.silent().begin("", 0));
        assertThat(sink.toByteArray()).isEqualTo(content);
        assertThat(client.exists(registry.reference("app:2"))).isFalse();
        assertThat(registry.seen("/v2/app/manifests/1")).isEmpty();
        assertThat(registry.seen("/v2/app/manifests/2")).hasSize(1);
      }
      return mirrors;
    }
  }

  @Test
  void pushesToTheRegistryUnlessMirrorWritesAreOn() {
    Reference reference = Reference.parse("registry.example/app:1");
    Mirrors mirrors = Mirrors.parse(List.of("https://mirror.example/cache"));
    assertThat(mirrors.target(reference).manifest("1").toString())
        .isEqualTo("https://registry.example/v2/app/manifests/1");
    assertThat(mirrors.forWrites().target(reference).manifest("1").toString())
        .isEqualTo("https://mirror.example/v2/cache/app/manifests/1");
    // A mirror that only sets the scheme applies to pulling and pushing.
    assertThat(
            Mirrors.parse(List.of("registry.example=http://registry.example"))
                .target(reference)
                .scheme())
        .isEqualTo("http");
  }

  @Test
  void doesNotFallBackByDefault() throws IOException {
    String down;
    try (FakeRegistry mirror = FakeRegistry.startElsewhere()) {
      down = mirror.url("");
    }
    try (FakeRegistry registry = FakeRegistry.start();
        RegistryClient client = client(down)) {
      assertThatThrownBy(() -> client.manifest(registry.reference("app:1")))
          .isInstanceOf(RegistryFailure.Unreachable.class);
      assertThat(registry.seen()).isEmpty();
    }
  }

  @Test
  void refusesAMirrorWithAWrongDigest() throws IOException {
    RandomImage image = new RandomImage(Platform.linux("amd64"), 10);
    Digest wanted = Digest.sha256(new byte[1]);
    try (FakeRegistry mirror = FakeRegistry.start();
        RegistryClient client = client(mirror.url(""))) {
      mirror.on(
          "/v2/library/redis/manifests/" + wanted,
          FakeRegistry.answer(200, MediaTypes.OCI_MANIFEST, image.manifestBytes));

      assertThatThrownBy(() -> client.manifest(Reference.parse("redis@" + wanted)))
          .isInstanceOf(RegistryFailure.WrongContent.class)
          .hasMessageContaining("is not " + wanted);
    }
  }

  @Test
  void doesNotMistakeAPrivateRegistryForDockerHub() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start();
        FakeRegistry hub = FakeRegistry.startElsewhere();
        RegistryClient client = client("docker.io=" + hub.url(""))) {
      hub.serve("library/app", "1", new RandomImage(Platform.linux("amd64"), 10));

      assertThatThrownBy(() -> client.manifest(registry.reference("app:1")))
          .isInstanceOf(RegistryFailure.NotFound.class);
      assertThat(hub.seen()).isEmpty();
      assertThat(registry.seen()).hasSize(1);
    }
  }

  @FuzzTest
  void parsesOrRefusesAnySpecification(byte[] text) {
    try {
      Mirrors mirrors = Mirrors.parse(new String(text, StandardCharsets.UTF_8), List.of());
      assertThat(manifest(mirrors, "redis:7"))
          .matches("https?://[^/@]+/v2/.*library/redis/manifests/7");
    } catch (RegistryFailure.Misconfigured failure) {
      assertThat(failure).hasMessageStartingWith("invalid mirror ");
    }
  }

  private static RegistryClient client(String mirror) {
    return Clients.of(
        Mirrors.parse(List.of(mirror)), Logins.none(), Clients.recording(new ArrayList<>()));
  }

  private static String manifest(Mirrors mirrors, String reference) {
    Reference parsed = Reference.parse(reference);
    return mirrors.sources(parsed).getFirst().manifest(parsed.tag()).toString();
  }
}
