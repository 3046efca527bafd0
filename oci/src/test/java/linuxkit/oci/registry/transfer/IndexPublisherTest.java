package linuxkit.oci.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.fixtures.ProgressLog;
import linuxkit.http.RetryPolicy;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.OciTools;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import linuxkit.oci.store.ImageStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that publish images of one component to Docker's registry. */
class IndexPublisherTest {
  private static final List<String> ORDER = List.of("amd64", "arm64", "riscv64");
  private static final Reference LOCAL = Reference.parse("sample:1");

  private final Map<String, RandomImage> images = new LinkedHashMap<>();
  private final ProgressLog progress = new ProgressLog();
  private DockerRegistry registry;
  private RegistryClient client;
  @TempDir private Path directory;

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

  private static RegistryClient newClient() {
    return new RegistryClient(
        new RegistrySettings(
            // This registry fails to read a tag while it writes it, so that pauses must be real.
            Mirrors.none(), Logins.none(), List.of(), Map.of(), RetryPolicy.usual()));
  }

  private Reference name(String name) {
    return Reference.parse(registry.authority() + "/" + name);
  }

  private RandomImage image(String architecture) {
    return Objects.requireNonNull(images.get(architecture));
  }

  /** A machine with a store of its own. */
  private final class Machine implements AutoCloseable {
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

  private Digest whole() {
    return Digest.sha256(RandomImage.index(images.values().toArray(RandomImage[]::new)));
  }

  @Test
  void endsWithTheSameIndexInAnyOrder() throws Exception {
    for (List<String> order :
        List.of(ORDER, ORDER.reversed(), List.of("arm64", "riscv64", "amd64"))) {
      Reference target = name("app-" + String.join("-", order) + ":1");
      for (String architecture : order) {
        try (Machine machine = new Machine(architecture)) {
          machine.publish(target, true, image(architecture));
        }
      }
      assertThat(client.digest(target)).contains(whole());
      String raw =
          OciTools.skopeo(
              directory, "inspect", "--raw", "--tls-verify=false", "docker://" + target);
      assertThat(raw).isEqualTo(new String(index(), UTF_8));
      for (String architecture : ORDER) {
        assertThat(
                OciTools.skopeo(
                    directory,
                    "inspect",
                    "--tls-verify=false",
                    "--format",
                    "{{.Architecture}} {{.Digest}}",
                    "docker://" + target + "-" + architecture))
            .contains(architecture + " " + image(architecture).manifest.digest());
      }
    }
  }

  private byte[] index() {
    return RandomImage.index(images.values().toArray(RandomImage[]::new));
  }

  @Test
  void losesNoImageOfMachinesThatPublishAtTheSameTime() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (int round = 0; round < 25; round++) {
        Reference target = name("app:" + round);
        CyclicBarrier together = new CyclicBarrier(3);
        List<Future<Digest>> digests = new ArrayList<>();
        for (String architecture : ORDER) {
          digests.add(
              threads.submit(
                  () -> {
                    try (Machine machine = new Machine(architecture)) {
                      machine.index(image(architecture));
                      together.await();
                      return machine.publish(target, true, image(architecture));
                    }
                  }));
        }
        for (Future<Digest> digest : digests) {
          assertThat(digest.get()).isNotNull();
        }
        assertThat(client.digest(target)).as("round %d", round).contains(whole());
      }
    }
  }

  /** Another machine reads before this one tags its image, and writes after it has written. */
  @Test
  void addsItsImageAgainIfAnotherMachineOverwritesTheIndex() throws Exception {
    Reference target = name("app:1");
    try (Machine amd64 = new Machine("amd64");
        Machine arm64 = new Machine("arm64")) {
      amd64.publish(target, true, image("amd64"));
      FetchedDocument old = client.manifest(target);
      arm64.publish(target, true, image("arm64"));
      client.putManifest(target, old);

      // What the first machine does after it has written.
      amd64.publish(target, true, image("amd64"));
      assertThat(client.manifest(target).bytes())
          .isEqualTo(RandomImage.index(image("amd64"), image("arm64")));
    }
  }

  @Test
  void readsTheIndexAgainAfterAWhileIfNothingIsTagged() throws Exception {
    Reference target = name("app:1");
    try (Machine amd64 = new Machine("amd64");
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      FetchedDocument other =
          new FetchedDocument(
              Descriptor.of(
                  MediaTypes.OCI_INDEX,
                  Digest.sha256(RandomImage.index(image("arm64"))),
                  RandomImage.index(image("arm64")).length),
              RandomImage.index(image("arm64")));
      try (Machine arm64 = new Machine("arm64")) {
        arm64.publish(name("app:0"), false, image("arm64"));
      }
      Future<Digest> published = threads.submit(() -> amd64.publish(target, false, image("amd64")));
      while (!client.exists(target)) {
        Thread.sleep(5);
      }
      client.putManifest(target, other);
      assertThat(published.get())
          .isEqualTo(Digest.sha256(RandomImage.index(image("amd64"), image("arm64"))));
      assertThat(client.digest(target)).contains(published.get());
      assertThat(client.exists(name("app:1-amd64"))).isFalse();
    }
  }

  @Test
  void replacesTheImageOfItsPlatformOnly() throws Exception {
    Reference target = name("app:1");
    RandomImage newer = new RandomImage(Platform.linux("amd64"), 2000);
    try (Machine machine = new Machine("one")) {
      machine.publish(target, true, image("amd64"), image("arm64"));
      machine.publish(target, true, newer);
      assertThat(client.manifest(target).bytes())
          .isEqualTo(RandomImage.index(newer, image("arm64")));
      assertThat(client.digest(name("app:1-amd64"))).contains(newer.manifest.digest());
    }
  }

  @Test
  void writesNothingThatIsThereAlready() throws Exception {
    Reference target = name("app:1");
    try (Machine machine = new Machine("one")) {
      Digest first = machine.publish(target, true, image("amd64"), image("arm64"));
      int length = log().length();
      assertThat(machine.publish(target, true, image("arm64"))).isEqualTo(first);
      assertThat(log().substring(length)).doesNotContain("PUT ", "POST ", "PATCH ");
      assertThat(progress.lines())
          .contains(
              "Pushed " + target + " for linux/amd64, linux/arm64: " + first,
              target + " is already in the registry: " + first,
              target + "-arm64 is already in the registry: " + image("arm64").manifest.digest());
    }
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("registry.log"), UTF_8);
  }

  @Test
  void keepsAttestationsOfImagesThatStay() throws Exception {
    Reference target = name("app:1");
    try (Machine amd64 = new Machine("amd64");
        Machine arm64 = new Machine("arm64")) {
      Descriptor attested = attested(amd64, image("amd64"));
      amd64.publisher.publish(LOCAL, attested, target, new IndexPublisher.Options(true, ORDER));
      arm64.publish(target, true, image("arm64"));
      assertThat(new String(client.manifest(target).bytes(), UTF_8))
          .containsSubsequence(
              image("amd64").manifest.digest().toString(),
              image("arm64").manifest.digest().toString(),
              "attestation-manifest");
      assertThat(client.exists(name("app:1-unknown"))).isFalse();

      // A newer image takes the attestation of the older one away.
      amd64.publish(target, true, new RandomImage(Platform.linux("amd64"), 2000));
      assertThat(new String(client.manifest(target).bytes(), UTF_8))
          .doesNotContain("attestation-manifest");
    }
  }

  private static Descriptor attested(Machine machine, RandomImage image) {
    machine.index(image);
    Descriptor statement = machine.store.add("application/vnd.in-toto+json", "{}".getBytes(UTF_8));
    Descriptor attestation =
        machine.store.add(
            MediaTypes.OCI_MANIFEST,
            RandomImage.bytes(
                JsonObject.builder()
                    .put("schemaVersion", 2)
                    .put("mediaType", MediaTypes.OCI_MANIFEST)
                    .put("config", image.config.toJson())
                    .put("layers", new JsonArray(List.of(statement.toJson())))
                    .build()));
    JsonObject.Builder entry = JsonObject.builder();
    attestation.toJson().members().forEach(entry::put);
    entry.put(
        "annotations",
        Map.of(
            "vnd.docker.reference.type",
            "attestation-manifest",
            "vnd.docker.reference.digest",
            image.manifest.digest().toString()));
    entry.put(
        "platform",
        JsonObject.builder().put("architecture", "unknown").put("os", "unknown").build());
    List<Json> entries = List.of(RandomImage.json(image.manifest, List.of()), entry.build());
    return machine.store.add(MediaTypes.OCI_INDEX, RandomImage.index(entries));
  }

  @Test
  void gathersWhatIsTaggedByArchitecture() throws Exception {
    Reference target = name("app:1");
    try (Machine machine = new Machine("one")) {
      assertThatThrownBy(() -> machine.publisher.gather(target, ORDER))
          .isInstanceOf(RegistryFailure.NotFound.class)
          .hasMessageContaining("the registry has no image for any architecture")
          .hasMessageContaining("app:1-amd64");
      machine.publish(name("app:0"), false, image("amd64"), image("arm64"));
      client.putManifest(name("app:1-arm64"), document(image("arm64")));
      machine.publisher.gather(target, ORDER);
      client.putManifest(name("app:1-amd64"), document(image("amd64")));
      Digest gathered = machine.publisher.gather(target, ORDER);
      assertThat(client.manifest(target).bytes())
          .isEqualTo(RandomImage.index(image("amd64"), image("arm64")));
      assertThat(client.digest(target)).contains(gathered);
    }
  }

  private static FetchedDocument document(RandomImage image) {
    return new FetchedDocument(image.manifest, image.manifestBytes);
  }

  @Test
  void releasesAnIndexAndThePlatformsThatComeLater() throws Exception {
    Reference target = name("app:hash");
    Reference release = name("app:v1");
    try (Machine machine = new Machine("one")) {
      assertThatThrownBy(() -> machine.publisher.release(target, release, true))
          .isInstanceOf(RegistryFailure.NotFound.class);
      for (String architecture : List.of("arm64", "amd64")) {
        Digest digest = machine.publish(target, true, image(architecture));
        assertThat(machine.publisher.release(target, release, true)).isEqualTo(digest);
        assertThat(client.digest(release)).contains(digest);
        assertThat(client.digest(name("app:v1-" + architecture)))
            .contains(image(architecture).manifest.digest());
      }
    }
  }

  @Test
  void doesNotMoveAReleaseToAnotherImage() throws Exception {
    Reference release = name("app:v1");
    try (Machine machine = new Machine("one")) {
      Digest first = machine.publish(name("app:a"), true, image("amd64"));
      machine.publisher.release(name("app:a"), release, true);
      machine.publish(
          name("app:b"), true, new RandomImage(Platform.linux("amd64"), 2000), image("arm64"));
      assertThat(machine.publisher.release(name("app:b"), release, true)).isEqualTo(first);
      assertThat(client.digest(release)).contains(first);
      assertThat(client.exists(name("app:v1-arm64"))).isFalse();
      assertThat(progress.lines())
          .anyMatch(line -> line.contains(release + " is already in the registry, and is not "));
    }
  }

  @Test
  void tagsInPlaceAndCopiesToOtherRepositoriesAndRegistries() throws Exception {
    Path second = Files.createDirectory(directory.resolve("second"));
    try (Machine machine = new Machine("one");
        Machine other = new Machine("two");
        DockerRegistry elsewhere = DockerRegistry.start(second)) {
      Digest digest = machine.publish(name("app:1"), false, image("amd64"), image("arm64"));
      RemoteTag tags = new RemoteTag(other.store, client, progress);
      // What the name stood for before is not merged.
      machine.publish(name("app:2"), false, image("riscv64"));
      Reference copy = Reference.parse(elsewhere.authority() + "/team/app:3");
      for (Reference to : List.of(name("app:2"), name("copy:1"), copy)) {
        assertThat(tags.tag(name("app:1"), to)).isEqualTo(digest);
        assertThat(client.digest(to)).contains(digest);
      }
      assertThat(log()).contains("POST /v2/copy/blobs/uploads/?mount=");
      assertThat(other.store.list()).isEmpty();
      int length = log().length();
      tags.tag(name("app:1"), name("app:2"));
      assertThat(log().substring(length)).doesNotContain("PUT ");
      OciTools.skopeo(
          directory,
          "copy",
          "--all",
          "--preserve-digests",
          "--src-tls-verify=false",
          "docker://" + copy,
          "oci:" + directory.resolve("copy") + ":x");
    }
  }
}
