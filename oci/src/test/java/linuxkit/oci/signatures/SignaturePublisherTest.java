package linuxkit.oci.signatures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import linuxkit.base.Progress;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import linuxkit.oci.registry.transfer.Clients;
import linuxkit.oci.registry.transfer.RandomImage;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.store.Housekeeping;
import linuxkit.oci.store.ImageStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignaturePublisherTest {
  private static final int PUSHERS = 4;

  private final RandomImage image = new RandomImage(Platform.linux("amd64"), 100);
  private final Descriptor subject = image.manifest;
  @TempDir private Path directory;

  private static RegistryClient client() {
    return Clients.of(Mirrors.none(), Logins.none(), Clients.recording(new ArrayList<>()));
  }

  private List<SignaturePublisher.Addition> both(String who) {
    return List.of(
        new SignaturePublisher.Addition(
            subject.digest(),
            ArtefactWriter.referrer(
                subject, SignatureTypes.BUNDLE, ("bundle of " + who).getBytes(UTF_8), Map.of())),
        new SignaturePublisher.Addition(
            subject.digest(),
            ArtefactWriter.classic(
                SignatureArtefact.Place.SIGNATURE_TAG,
                SignatureTypes.SIMPLE_SIGNING,
                "the payload".getBytes(UTF_8),
                Map.of("dev.cosignproject.cosign/signature", who))));
  }

  private static void publish(Reference target, List<SignaturePublisher.Addition> additions) {
    try (RegistryClient client = client()) {
      new SignaturePublisher(client).publish(target, additions);
    }
  }

  private List<SignedDocument> found(Reference target) {
    ImageStore store = ImageStore.open(directory.resolve("found"), Progress.silent());
    try (RegistryClient client = client()) {
      return new ImageSignatures(store, client, target, Progress.silent()).fetch(subject.digest());
    }
  }

  @Test
  void addsToWhatIsThereAndNothingTwice() throws Exception {
    try (DockerRegistry registry = DockerRegistry.start(directory)) {
      Reference target = Reference.parse(registry.authority() + "/app:1");
      publish(target, both("ali"));
      publish(target, both("bea"));
      publish(target, both("ali"));
      assertThat(found(target)).hasSize(4);
    }
  }

  @Test
  void losesNothingOfPushersAtTheSameTime() throws Exception {
    try (DockerRegistry registry = DockerRegistry.start(directory);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Reference target = Reference.parse(registry.authority() + "/app:1");
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < PUSHERS; i++) {
        String who = "pusher " + i;
        all.add(threads.submit(() -> publish(target, both(who))));
      }
      for (Future<?> one : all) {
        one.get();
      }
      assertThat(found(target)).hasSize(2 * PUSHERS);
    }
  }

  @Test
  void refusesToReplaceAnIndexUnderTheTag() throws Exception {
    try (DockerRegistry registry = DockerRegistry.start(directory);
        RegistryClient client = client()) {
      Reference target = Reference.parse(registry.authority() + "/app:1");
      byte[] index =
          ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":[]}")
              .getBytes(UTF_8);
      client.putManifest(
          Reference.parse(target.locator() + ":sha256-" + subject.digest().hex() + ".sig"),
          new FetchedDocument(
              Descriptor.of(MediaTypes.OCI_INDEX, Digest.sha256(index), index.length), index));
      assertThatThrownBy(() -> publish(target, both("ali")))
          .isInstanceOf(ManifestFailure.class)
          .hasMessageContaining("names an index, not a manifest");
    }
  }

  @Test
  void keepsSignaturesAsLongAsTheImage() {
    ImageStore store = ImageStore.open(directory.resolve("store"), Progress.silent());
    image.blobs.forEach((blob, content) -> store.add(blob.mediaType(), content));
    Descriptor root = store.add(MediaTypes.OCI_MANIFEST, image.manifestBytes);
    Reference name = Reference.parse("registry.example/app:1");
    store.name(name, root);
    KeptSignatures kept = new KeptSignatures(store);
    List<SignatureArtefact> artefacts =
        both("ali").stream().map(SignaturePublisher.Addition::artefact).toList();
    kept.keep(name, root.digest(), artefacts);
    kept.keep(Reference.parse("mirror.example/app"), root.digest(), artefacts);
    Housekeeping housekeeping = new Housekeeping(store);
    housekeeping.clean(() -> {}, () -> 0);
    assertThat(kept.find(name, root.digest()).orElseThrow()).hasSize(2);
    assertThat(kept.find(Reference.parse("elsewhere.example/app:1"), root.digest())).isEmpty();
    assertThat(kept.all(root.digest())).hasSize(2);
    assertThat(housekeeping.remove(name)).isEqualTo(Housekeeping.Removal.ALL);
    assertThat(kept.find(name, root.digest())).isEmpty();
  }
}
