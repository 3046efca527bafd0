package linuxkit.oci.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import linuxkit.base.Progress;
import linuxkit.http.HttpFailure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import linuxkit.oci.store.BlobFailure;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.TestImages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes to registries with faults. */
class PusherTest {
  private static final Reference NAME = Reference.parse("example:1");
  private static final Pusher.Options PLAIN = new Pusher.Options(false, false);

  private final List<Duration> pauses = new ArrayList<>();
  private final byte[] large = noise(5_000_000);
  private ImageStore store;
  private FakeRegistry registry;
  private FakeUploads uploads;
  private RegistryClient client;
  private Descriptor image;
  private Reference target;

  @Test
  void f5ShowsWhatARegistrySaysAboutAManifest() {
    registry.on(
        "/v2/app/manifests/1",
        exchange ->
            (exchange.getRequestMethod().equals("PUT")
                    ? FakeRegistry.json(
                        400, "{\"errors\":[{\"message\":\"mediaType should be 'x' not ''\"}]}")
                    : FakeRegistry.status(404))
                .handle(exchange));
    assertThatThrownBy(this::push)
        .hasMessageEndingWith("; the registry says: \"mediaType should be 'x' not ''\"");
  }

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    store = ImageStore.open(directory, Progress.silent());
    Descriptor layer = store.add(MediaTypes.OCI_LAYER_GZIP, large);
    image = TestImages.image(store, "amd64", List.of(layer), List.of(layer.digest()));
    store.name(NAME, image);
    registry = FakeRegistry.start();
    uploads = new FakeUploads(registry, "app");
    uploads.take("1");
    target = registry.reference("app:1");
    client = Clients.of(Mirrors.none(), Logins.none(), Clients.recording(pauses));
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private Digest push() {
    return new Pusher(store, client, Progress.silent()).push(NAME, image, target, PLAIN);
  }

  private void requirePushed() {
    assertThat(uploads.blobs.get(Digest.sha256(large))).isEqualTo(large);
    assertThat(uploads.blobs).hasSize(2);
    assertThat(Digest.sha256(uploads.manifests.getOrDefault("1", new byte[0])))
        .isEqualTo(image.digest());
  }

  @Test
  void refusesARootThatIsNotAnImage() {
    Descriptor text = store.add("text/plain", "no image".getBytes(UTF_8));
    Pusher pusher = new Pusher(store, client, Progress.silent());
    assertThatThrownBy(() -> pusher.push(NAME, text, target, PLAIN))
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("the root is not an image but text/plain");
  }

  @Test
  void pushesPartsFirstAndTheManifestLast() {
    assertThat(push()).isEqualTo(image.digest());
    requirePushed();
    assertThat(registry.seen().getLast().method()).isEqualTo("PUT");
    assertThat(registry.seen().getLast().path()).endsWith("/manifests/1");
    // The blob is sent as a whole, so there is no Content-Range.
    assertThat(uploads.ranges).containsExactly("null");
  }

  @Test
  void doesNotSendExistingBlobsAgain() {
    registry.on(FakeRegistry.blobPath("app", descriptor(large)), FakeRegistry.status(200));
    push();
    assertThat(uploads.blobs).hasSize(1).doesNotContainKey(Digest.sha256(large));
  }

  @Test
  void replacesATakenNameOnlyOnRequest() {
    uploads.manifests.put(
        "1", "{\"mediaType\":\"".concat(MediaTypes.OCI_MANIFEST + "\"}").getBytes(UTF_8));
    assertThat(push()).isNotEqualTo(image.digest());
    assertThat(uploads.blobs).isEmpty();
    Pusher pusher = new Pusher(store, client, Progress.silent());
    assertThat(pusher.push(NAME, image, target, new Pusher.Options(true, false)))
        .isEqualTo(image.digest());
    requirePushed();
  }

  @Test
  void resumesAnInterruptedUpload() {
    uploads.cuts.addAll(List.of(3_000_000, 1_000_000));
    push();
    requirePushed();
    assertThat(uploads.ranges).hasSize(3).contains("null", "3000000-4999999", "4000000-4999999");
    assertThat(pauses).hasSize(2);
  }

  @Test
  void givesUpAnUploadThatIsAlwaysInterrupted() {
    for (int i = 0; i < 50; i++) {
      uploads.cuts.add(1000);
    }
    assertThatThrownBy(this::push)
        .isInstanceOf(RegistryFailure.Unreachable.class)
        .hasMessage(
            target + ": the upload of " + Digest.sha256(large) + " is interrupted repeatedly");
    assertThat(uploads.manifests).isEmpty();
  }

  @Test
  void restartsALostUploadSession() {
    uploads.cuts.add(2_000_000);
    registry.gate(
        exchange -> {
          if (exchange.getRequestMethod().equals("GET")) {
            FakeRegistry.status(404).handle(exchange);
          }
        });
    push();
    requirePushed();
    assertThat(uploads.ranges).containsExactly("null", "null");
  }

  @Test
  void sendsPiecesIfLargeBodiesAreRefused() throws IOException {
    byte[] huge = noise(40 << 20);
    Descriptor layer = store.add(MediaTypes.OCI_LAYER_GZIP, huge);
    image = TestImages.image(store, "amd64", List.of(layer), List.of(layer.digest()));
    uploads.most = 20 << 20;
    push();
    assertThat(uploads.blobs.get(layer.digest())).isEqualTo(huge);
    assertThat(uploads.ranges)
        .containsExactly("null", "0-16777215", "16777216-33554431", "33554432-41943039");
  }

  @Test
  void mountsABlobFromAnotherRepository() {
    store.name(registry.reference("other:7"), image);
    uploads.mountable = "other";
    push();
    assertThat(uploads.blobs).isEmpty();
    assertThat(uploads.manifests).containsKey("1");
  }

  @Test
  void uploadsABlobThatIsNotMounted() {
    store.name(registry.reference("other:7"), image);
    push();
    requirePushed();
  }

  @Test
  void continuesAnUploadOnAnotherHostWithoutTheLogin() throws IOException {
    try (FakeRegistry elsewhere = FakeRegistry.startElsewhere()) {
      uploads.elsewhere = elsewhere.url("");
      elsewhere.on("/v2/app/blobs/uploads/1", exchange -> finish(exchange));
      elsewhere.on("/v2/app/blobs/uploads/2", exchange -> finish(exchange));
      registry.on("/token", FakeRegistry.json(200, "{\"token\":\"secret\"}"));
      String challenge = "Bearer realm=\"" + registry.url("/token") + "\"";
      registry.gate(
          exchange -> {
            boolean known = exchange.getRequestHeaders().containsKey("Authorization");
            if (!known && exchange.getRequestURI().getPath().startsWith("/v2/")) {
              FakeRegistry.status(401, "WWW-Authenticate", challenge).handle(exchange);
            }
          });
      push();
      assertThat(elsewhere.seen()).hasSize(3).allMatch(s -> s.authorization().isEmpty());
      assertThat(registry.seen().getLast().authorization()).isEqualTo("Bearer secret");
    }
  }

  private static void finish(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    FakeRegistry.status(exchange.getRequestMethod().equals("PATCH") ? 202 : 201).handle(exchange);
  }

  @Test
  void refusesAnUploadLocationThatIsAFile() {
    uploads.elsewhere = "file:///etc";
    assertThatThrownBy(this::push)
        .isInstanceOf(HttpFailure.Refused.class)
        .hasMessageContaining("the upload location")
        .hasMessageContaining("is not a plain http or https address");
    assertThat(uploads.manifests).isEmpty();
  }

  @Test
  void reportsAMissingUploadLocation() {
    registry.on("/v2/app/blobs/uploads/", FakeRegistry.status(202));
    assertThatThrownBy(this::push)
        .hasMessage(
            target + ": registry " + registry.authority() + " does not name an upload location");
  }

  @Test
  void refusesARedirectOfAnUpload() {
    registry.on("/v2/app/blobs/uploads/", FakeRegistry.status(307, "Location", "/elsewhere"));
    assertThatThrownBy(this::push)
        .isInstanceOf(HttpFailure.Refused.class)
        .hasMessageContaining("refused a redirect of an upload to");
  }

  @Test
  void reportsARegistryThatChangesAManifest() {
    registry.on(
        "/v2/app/manifests/1",
        FakeRegistry.inTurn(
            FakeRegistry.status(404),
            FakeRegistry.status(201, "Docker-Content-Digest", "sha256:" + "0".repeat(64))));
    assertThatThrownBy(this::push)
        .isInstanceOf(RegistryFailure.WrongContent.class)
        .hasMessageContaining("stored sha256:" + "0".repeat(64) + " instead of " + image.digest());
  }

  @Test
  void doesNotStartToPushAnIncompleteImage() throws IOException {
    Files.delete(store.root().resolve("blobs/sha256").resolve(Digest.sha256(large).hex()));
    assertThatThrownBy(this::push)
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("blob " + Digest.sha256(large) + " is missing");
    assertThat(uploads.blobs).isEmpty();
  }

  @Test
  void doesNotPushADamagedBlob() throws IOException {
    byte[] damaged = Arrays.copyOf(large, large.length);
    damaged[4_000_000] ^= 1;
    Files.write(store.root().resolve("blobs/sha256").resolve(Digest.sha256(large).hex()), damaged);
    assertThatThrownBy(this::push)
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("blob " + Digest.sha256(large) + " is damaged");
    assertThat(uploads.manifests).isEmpty();
  }

  private static Descriptor descriptor(byte[] content) {
    return Descriptor.of(MediaTypes.OCI_LAYER_GZIP, Digest.sha256(content), content.length);
  }
}
