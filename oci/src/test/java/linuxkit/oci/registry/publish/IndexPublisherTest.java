package linuxkit.oci.registry.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
import linuxkit.oci.registry.transfer.IndexPublisher;
import linuxkit.oci.registry.transfer.RandomImage;
import org.junit.jupiter.api.Test;

/** Machines that publish images of one component to Docker's registry. */
class IndexPublisherTest extends PublishingMachines {
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
}
