package linuxkit.oci.signatures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageGate;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.SignatureSource;
import linuxkit.oci.registry.transfer.Clients;
import linuxkit.oci.registry.transfer.FakeRegistry;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.registry.transfer.RandomImage;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.store.ImageStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gate is asked before layers are fetched, names are given and images of the store are used. */
class ImageGateTest {
  private static final Platform AMD64 = Platform.linux("amd64");
  private static final Platform ARM64 = Platform.linux("arm64");
  private static final String PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json";

  private final RandomImage amd64 = new RandomImage(AMD64, 1000);
  private final RandomImage arm64 = new RandomImage(ARM64, 1000);
  private final RegistryClient client = Clients.anonymous();
  private final List<String> asked = new ArrayList<>();
  private FakeRegistry registry;
  private ImageStore store;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    registry = FakeRegistry.start();
    store = ImageStore.open(directory.resolve("cache"), Progress.silent());
    byte[] index = RandomImage.index(amd64, arm64);
    registry.on("/v2/app/manifests/1", FakeRegistry.answer(200, MediaTypes.OCI_INDEX, index));
    registry.serve("app", amd64);
    registry.serve("app", arm64);
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  /** Refuses every image, or admits it; looks at its manifests and signatures on request. */
  private final class Gate implements ImageGate {
    private final boolean admits;
    private final List<Descriptor> manifests = new ArrayList<>();
    private final List<Descriptor> signatures = new ArrayList<>();
    private String payload = "";

    Gate(boolean admits) {
      this.admits = admits;
    }

    @Override
    public void admit(
        Reference reference,
        Descriptor root,
        Supplier<List<Descriptor>> parts,
        SignatureSource source) {
      asked.add(reference.toString());
      manifests.addAll(parts.get());
      signatures.addAll(source.fetched(root.digest()));
      signatures.forEach(one -> payload = new String(source.read(one), UTF_8));
      assertThat(source.stored(root.digest())).isEqualTo(signatures);
      if (!admits) {
        throw refusal();
      }
    }

    @Override
    public void admitUnsigned(Reference reference, String source) {
      throw refusal();
    }
  }

  private static Failure refusal() {
    return new ManifestFailure("refused by the test", "", "");
  }

  private Puller puller(ImageGate gate, Puller.When when) {
    return new Puller(
        store,
        client,
        when,
        gate,
        image -> new ImageSignatures(store, client, image, Progress.silent()),
        Progress.silent());
  }

  private Reference app() {
    return registry.reference("app:1");
  }

  private void refused(Runnable action) {
    asked.clear();
    assertThatThrownBy(action::run).hasMessage("refused by the test");
    assertThat(asked).containsExactly(app().toString());
    assertThat(registry.seen()).noneMatch(seen -> isLayer(seen.path()));
    assertThat(store.list()).isEmpty();
  }

  private boolean isLayer(String path) {
    return path.equals(FakeRegistry.blobPath("app", amd64.layers.getFirst()))
        || path.equals(FakeRegistry.blobPath("app", arm64.layers.getFirst()));
  }

  @Test
  void asksBeforeALayerIsFetchedOrANameGiven() {
    for (Puller.When when : Puller.When.values()) {
      Puller puller = puller(new Gate(false), when);
      refused(() -> puller.find(app(), AMD64));
      refused(() -> puller.blobs(app(), List.of()));
      refused(() -> puller.blobs(app(), List.of(AMD64)));
      refused(() -> puller.pull(app(), List.of(AMD64)));
      refused(() -> puller.pullAll(app()));
    }
  }

  @Test
  void asksOnceForAnImageThatIsPulled() {
    puller(new Gate(true), Puller.When.MISSING).find(app(), AMD64);
    assertThat(asked).hasSize(1);
    assertThat(store.list()).hasSize(1);
  }

  @Test
  void asksForImagesOfTheStoreByNameAndByDigest() {
    Descriptor root = puller(ImageGate.OPEN, Puller.When.MISSING).pullAll(app());
    Reference byDigest = registry.reference("app@" + root.digest());
    Puller strict = puller(new Gate(false), Puller.When.MISSING);
    for (Reference reference : List.of(app(), byDigest)) {
      asked.clear();
      assertThatThrownBy(() -> strict.find(reference, AMD64)).hasMessage("refused by the test");
      assertThatThrownBy(() -> strict.blobs(reference, List.of()))
          .hasMessage("refused by the test");
      assertThat(asked).containsExactly(reference.toString(), reference.toString());
    }
  }

  @Test
  void offersTheManifestsOfThePlatformsInQuestion() {
    Gate one = new Gate(true);
    puller(one, Puller.When.ALWAYS).pull(app(), List.of(ARM64));
    assertThat(one.manifests).map(Descriptor::digest).containsExactly(arm64.manifest.digest());
    Gate all = new Gate(true);
    puller(all, Puller.When.ALWAYS).pullAll(app());
    assertThat(all.manifests)
        .map(Descriptor::digest)
        .containsExactly(amd64.manifest.digest(), arm64.manifest.digest());
  }

  @Test
  void asksForAnImageThatIsDisguisedAsAnAttestation() {
    String digest = '"' + arm64.manifest.digest().toString() + '"';
    String index =
        new String(RandomImage.index(amd64, arm64), UTF_8)
            .replace(
                digest,
                digest
                    + ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}");
    registry.on(
        "/v2/app/manifests/1",
        FakeRegistry.answer(200, MediaTypes.OCI_INDEX, index.getBytes(UTF_8)));
    Gate all = new Gate(true);
    puller(all, Puller.When.ALWAYS).pullAll(app());
    assertThat(all.manifests)
        .map(Descriptor::digest)
        .containsExactly(amd64.manifest.digest(), arm64.manifest.digest());
  }

  @Test
  void findsSignaturesUnderTheClassicTagAndKeepsThem() {
    sign(
        "\"layers\": [{\"mediaType\": \"%s\", \"digest\": \"%s\", \"size\": 7,"
            + " \"annotations\": {\"dev.cosignproject.cosign/signature\": \"abc\"}}]");
    Gate gate = new Gate(true);
    puller(gate, Puller.When.MISSING).find(app(), AMD64);
    assertThat(gate.payload).isEqualTo("payload");
    assertThat(gate.signatures.getFirst().annotations())
        .containsEntry("dev.cosignproject.cosign/signature", "abc");
    registry.close();
    Gate offline = new Gate(true);
    puller(offline, Puller.When.MISSING).find(app(), AMD64);
    assertThat(offline.payload).isEqualTo("payload");
  }

  @Test
  void ignoresAnIndexUnderTheTagOfSignatures() {
    registry.on(
        tag(), FakeRegistry.answer(200, MediaTypes.OCI_INDEX, RandomImage.index(amd64, arm64)));
    Gate gate = new Gate(true);
    puller(gate, Puller.When.MISSING).find(app(), AMD64);
    assertThat(gate.signatures).isEmpty();
  }

  @Test
  void ignoresSignaturesThatAreTooLarge() {
    sign("\"layers\": [{\"mediaType\": \"%s\", \"digest\": \"%s\", \"size\": 99999999}]");
    Gate gate = new Gate(true);
    puller(gate, Puller.When.MISSING).find(app(), AMD64);
    assertThat(gate.signatures).isEmpty();
  }

  private String tag() {
    Digest root = Digest.sha256(RandomImage.index(amd64, arm64));
    return "/v2/app/manifests/sha256-" + root.hex() + ".sig";
  }

  private void sign(String layers) {
    byte[] payload = "payload".getBytes(UTF_8);
    byte[] config = "{}".getBytes(UTF_8);
    String manifest =
        "{\"schemaVersion\": 2, \"mediaType\": \"%s\", \"config\": {\"mediaType\": \"%s\", \"digest\": \"%s\", \"size\": 2}, "
                .formatted(
                    MediaTypes.OCI_MANIFEST,
                    "application/vnd.oci.image.config.v1+json",
                    Digest.sha256(config))
            + layers.formatted(PAYLOAD, Digest.sha256(payload))
            + "}";
    registry.on(tag(), FakeRegistry.answer(200, MediaTypes.OCI_MANIFEST, manifest.getBytes(UTF_8)));
    registry.on(
        "/v2/app/blobs/" + Digest.sha256(payload),
        FakeRegistry.answer(200, "application/octet-stream", payload));
    registry.on(
        "/v2/app/blobs/" + Digest.sha256(config),
        FakeRegistry.answer(200, "application/octet-stream", config));
  }
}
