package linuxkit.oci.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import linuxkit.base.Progress;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageNotFoundFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.OciTools;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.Referrer;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import linuxkit.oci.store.Housekeeping;
import linuxkit.oci.store.ImageStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes to Docker's registry, from which other programs read. */
class DockerRegistryPushTest {
  private static final Platform AMD64 = Platform.linux("amd64");
  private static final Platform ARM64 = Platform.linux("arm64");
  private static final Platform RISCV64 = Platform.linux("riscv64");
  private static final Reference NAME = Reference.parse("sample:1");
  private static final Pusher.Options PLAIN = new Pusher.Options(false, false);
  private static final Pusher.Options ALL = new Pusher.Options(true, true);

  private final RandomImage amd64 = new RandomImage(AMD64, 2_000_000, 10, 300_000);
  private final RandomImage arm64 = new RandomImage(ARM64, 1000);
  private final RandomImage riscv64 = new RandomImage(RISCV64, 2000);
  private ImageStore store;
  @TempDir private Path directory;

  @BeforeEach
  void fill() {
    store = ImageStore.open(directory.resolve("source"), Progress.silent());
    for (RandomImage image : List.of(amd64, arm64, riscv64)) {
      image.blobs.forEach((blob, content) -> store.add(blob.mediaType(), content));
      store.add(MediaTypes.OCI_MANIFEST, image.manifestBytes);
    }
  }

  private Descriptor index(RandomImage... images) {
    return store.add(MediaTypes.OCI_INDEX, RandomImage.index(images));
  }

  private Digest push(
      RegistryClient client, Descriptor root, Reference target, Pusher.Options options) {
    return new Pusher(store, client, Progress.silent()).push(NAME, root, target, options);
  }

  private static RegistryClient client(Mirrors mirrors, Logins logins, List<Path> certificates) {
    return new RegistryClient(
        new RegistrySettings(
            mirrors, logins, certificates, Map.of(), Clients.recording(new ArrayList<>())));
  }

  private static RegistryClient anonymous() {
    return client(Mirrors.none(), Logins.none(), List.of());
  }

  private Logins login(DockerRegistry registry) throws IOException {
    String auth =
        Base64.getEncoder().encodeToString(("ali:" + DockerRegistry.PASSWORD).getBytes(UTF_8));
    Files.writeString(
        directory.resolve("config.json"),
        "{\"auths\":{\"" + registry.authority() + "\":{\"auth\":\"" + auth + "\"}}}");
    return Logins.of(Map.of("DOCKER_CONFIG", directory.toString()), Progress.silent());
  }

  @Test
  void pushesImagesThatSkopeoReads() throws Exception {
    try (DockerRegistry registry = DockerRegistry.start(directory);
        RegistryClient client = anonymous()) {
      Reference target = reference(registry, "team/app:1");
      Descriptor root = index(amd64, arm64);
      assertThat(push(client, root, target, PLAIN)).isEqualTo(root.digest());

      Path copy = directory.resolve("copy");
      OciTools.skopeo(
          directory,
          "copy",
          "--all",
          "--preserve-digests",
          "--src-tls-verify=false",
          "docker://" + target,
          "oci:" + copy + ":" + NAME);
      ImageStore copied = ImageStore.open(copy, Progress.silent());
      assertThat(copied.find(NAME).orElseThrow().digest()).isEqualTo(root.digest());
      assertThat(new Housekeeping(copied).verify()).isEmpty();
    }
  }

  @Test
  void pushesASingleImageAndTagsByArchitecture() throws Exception {
    try (DockerRegistry registry = DockerRegistry.start(directory);
        RegistryClient client = anonymous()) {
      assertThat(push(client, amd64.manifest, reference(registry, "one:1"), ALL))
          .isEqualTo(amd64.manifest.digest());
      assertThat(client.exists(reference(registry, "one:1-amd64"))).isFalse();

      push(client, index(amd64, arm64), reference(registry, "app:1"), ALL);
      assertThat(client.manifest(reference(registry, "app:1-amd64")).descriptor().digest())
          .isEqualTo(amd64.manifest.digest());
      assertThat(client.manifest(reference(registry, "app:1-arm64")).descriptor().digest())
          .isEqualTo(arm64.manifest.digest());
    }
  }

  @Test
  void keepsOtherPlatformsInTheRegistry() throws Exception {
    try (DockerRegistry registry = DockerRegistry.start(directory);
        RegistryClient client = anonymous()) {
      Reference target = reference(registry, "app:1");
      push(client, index(amd64, riscv64), target, PLAIN);
      Digest merged = push(client, index(amd64, arm64), target, ALL);

      FetchedDocument found = client.manifest(target);
      assertThat(found.descriptor().digest()).isEqualTo(merged);
      assertThat(new String(found.bytes(), UTF_8))
          .contains(
              amd64.manifest.digest().toString(),
              arm64.manifest.digest().toString(),
              riscv64.manifest.digest().toString());
      // The registry has everything by now.
      assertThat(push(client, index(arm64), target, ALL)).isEqualTo(merged);
    }
  }

  @Test
  void doesNotPushAnIndexPulledForOnePlatform() throws Exception {
    try (DockerRegistry registry = DockerRegistry.start(directory);
        RegistryClient client = anonymous()) {
      Reference source = reference(registry, "source:1");
      push(client, index(amd64, arm64, riscv64), source, PLAIN);
      store = ImageStore.open(directory.resolve("pulled"), Progress.silent());
      Puller puller = new Puller(store, client, Puller.When.ALWAYS, Progress.silent());
      Descriptor root = puller.pull(source, List.of(ARM64));
      Reference target = reference(registry, "target:1");
      Pusher pusher = new Pusher(store, client, Progress.silent());

      assertThatThrownBy(() -> pusher.push(source, root, target, PLAIN))
          .isInstanceOf(ImageNotFoundFailure.class)
          .hasMessage(
              source
                  + ": parts of the image are missing from the image store "
                  + store.root()
                  + ": linux/amd64, linux/riscv64")
          .extracting(failure -> ((ImageNotFoundFailure) failure).hint())
          .isEqualTo("fetch all of it with: linuxkit cache pull " + source);
      assertThat(Files.readString(directory.resolve("registry.log"), UTF_8))
          .doesNotContain("POST /v2/target/", "PUT /v2/target/");

      puller.pullAll(source);
      assertThat(pusher.push(source, root, target, PLAIN)).isEqualTo(root.digest());
    }
  }

  @Test
  void logsInOverTlsAndUsesHttp2() throws Exception {
    TestAuthority authority = new TestAuthority(directory);
    TestAuthority.Issued server = authority.issue("IP:127.0.0.1", 1);
    try (DockerRegistry registry =
        DockerRegistry.startWithTlsAndLogin(directory, server.certificate(), server.key())) {
      Reference target = reference(registry, "app:1");
      Mirrors overTls =
          Mirrors.parse(List.of(registry.authority() + "=https://" + registry.authority()));
      List<Path> certificates = List.of(authority.certificate());
      try (RegistryClient client = client(overTls, Logins.none(), certificates)) {
        assertThatThrownBy(() -> push(client, index(amd64), target, PLAIN))
            .isInstanceOf(RegistryFailure.Denied.class);
      }
      try (RegistryClient client = client(overTls, login(registry), certificates)) {
        push(client, index(amd64), target, PLAIN);
        ImageStore pulled = ImageStore.open(directory.resolve("pulled"), Progress.silent());
        new Puller(pulled, client, Puller.When.MISSING, Progress.silent()).pullAll(target);
        assertThat(new Housekeeping(pulled).verify()).isEmpty();
      }
      assertThat(Files.readString(directory.resolve("registry.log"), UTF_8))
          .contains("PUT /v2/app/manifests/1 HTTP/2.0", "HTTP/2.0\" 201")
          .doesNotContain(DockerRegistry.PASSWORD);
    }
  }

  @Test
  void mountsBlobsFromAnotherRepository() throws Exception {
    try (DockerRegistry registry = DockerRegistry.start(directory);
        RegistryClient client = anonymous()) {
      Reference first = reference(registry, "first:1");
      push(client, amd64.manifest, first, PLAIN);
      store.name(first, amd64.manifest);
      push(client, amd64.manifest, reference(registry, "second:1"), PLAIN);
      String log = Files.readString(directory.resolve("registry.log"), UTF_8);
      assertThat(log).contains("POST /v2/second/blobs/uploads/?mount=");
      assertThat(log).doesNotContain("PATCH /v2/second/", "PUT /v2/second/blobs");
    }
  }

  @Test
  void listsReferrersUnderATagIfTheRegistryKeepsNoList() throws Exception {
    try (DockerRegistry registry = DockerRegistry.start(directory);
        RegistryClient client = anonymous()) {
      Reference target = reference(registry, "app:1");
      push(client, amd64.manifest, target, PLAIN);
      assertThat(client.referrers(target, amd64.manifest.digest())).isEmpty();

      Descriptor first = artifact("application/vnd.example.first", amd64.manifest);
      Descriptor second = artifact("application/vnd.example.second", amd64.manifest);
      for (Descriptor artifact : List.of(first, second, first)) {
        push(client, artifact, reference(registry, "app@" + artifact.digest()), ALL);
      }
      assertThat(client.referrers(target, amd64.manifest.digest()))
          .containsExactly(
              new Referrer(first, "application/vnd.example.first"),
              new Referrer(second, "application/vnd.example.second"));
    }
  }

  private Descriptor artifact(String type, Descriptor subject) {
    Descriptor config = store.add("application/vnd.oci.empty.v1+json", "{}".getBytes(UTF_8));
    return store.add(
        MediaTypes.OCI_MANIFEST,
        JsonFormat.COMPACT.bytes(
            JsonObject.builder()
                .put("schemaVersion", 2)
                .put("mediaType", MediaTypes.OCI_MANIFEST)
                .put("artifactType", type)
                .put("config", config.toJson())
                .put("layers", new JsonArray(List.of(config.toJson())))
                .put("subject", subject.toJson())
                .build()));
  }

  private static Reference reference(DockerRegistry registry, String name) {
    return Reference.parse(registry.authority() + "/" + name);
  }
}
