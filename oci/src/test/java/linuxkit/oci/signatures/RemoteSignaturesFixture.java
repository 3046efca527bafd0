package linuxkit.oci.signatures;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.base.Progress;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import linuxkit.oci.registry.transfer.Clients;
import linuxkit.oci.registry.transfer.FakeRegistry;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.store.ImageStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A registry whose signatures of an image are chosen. */
abstract class RemoteSignaturesFixture {
  static final byte[] IMAGE = "an index".getBytes(UTF_8);
  static final Descriptor SUBJECT =
      Descriptor.of(MediaTypes.OCI_INDEX, Digest.sha256(IMAGE), IMAGE.length);
  static final String FALLBACK = "sha256-" + SUBJECT.digest().hex();

  FakeRegistry registry;
  RegistryClient client;
  Reference image;
  final List<JsonObject> listed = new ArrayList<>();
  final List<String> lines = new ArrayList<>();
  final List<Duration> pauses = new ArrayList<>();
  final Progress progress = new Lines();
  @TempDir private Path directory;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    client = Clients.of(Mirrors.none(), Logins.none(), Clients.recording(pauses));
    image = registry.reference("app:1");
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  ImageSignatures signatures() {
    return signatures(image, new SilentRegistries(progress));
  }

  ImageSignatures signatures(Reference of, SilentRegistries silent) {
    ImageStore store = ImageStore.open(directory.resolve("store"), Progress.silent());
    return new ImageSignatures(store, client, of, silent, progress);
  }

  /** Keeps what is reported to every user. */
  private final class Lines implements Progress {
    @Override
    public void info(String line) {
      lines.add(line);
    }

    @Override
    public void warn(String line) {
      lines.add(line);
    }

    @Override
    public void detail(String line) {}

    @Override
    public Task begin(String label, long total) {
      return Progress.silent().begin(label, total);
    }
  }

  List<SignedDocument> find() {
    return signatures().fetch(SUBJECT.digest());
  }

  void serve(String name, SignatureArtefact artefact) {
    registry.on(
        "/v2/app/manifests/" + name,
        FakeRegistry.answer(200, MediaTypes.OCI_MANIFEST, artefact.manifest().bytes()));
    artefact
        .blobs()
        .forEach(
            (digest, bytes) ->
                registry.on(
                    "/v2/app/blobs/" + digest,
                    FakeRegistry.answer(200, "application/octet-stream", bytes)));
  }

  /** Lists an artefact in the index under the referrers tag. */
  void list(Descriptor manifest, String artifactType) {
    JsonObject.Builder entry = JsonObject.builder();
    manifest.toJson().members().forEach(entry::put);
    entry.put("artifactType", artifactType);
    listed.add(entry.build());
    byte[] index =
        JsonFormat.COMPACT.bytes(
            JsonObject.builder()
                .put("schemaVersion", 2)
                .put("mediaType", MediaTypes.OCI_INDEX)
                .put("manifests", new JsonArray(List.<Json>copyOf(listed)))
                .build());
    registry.on(
        "/v2/app/manifests/" + FALLBACK, FakeRegistry.answer(200, MediaTypes.OCI_INDEX, index));
  }

  void refer(SignatureArtefact artefact, String announced) {
    Descriptor manifest = artefact.manifest().descriptor();
    serve(manifest.digest().toString(), artefact);
    list(manifest, announced);
  }

  static SignatureArtefact bundle(String content) {
    return ArtefactWriter.referrer(
        SUBJECT, SignatureTypes.BUNDLE, content.getBytes(UTF_8), Map.of());
  }

  static SignatureArtefact classic(byte[] payload) {
    return ArtefactWriter.classic(
        SignatureArtefact.Place.SIGNATURE_TAG,
        SignatureTypes.SIMPLE_SIGNING,
        payload,
        Map.of("dev.cosignproject.cosign/signature", "c2ln"));
  }

  List<Descriptor> fetched() {
    return signatures().fetched(SUBJECT.digest());
  }
}
