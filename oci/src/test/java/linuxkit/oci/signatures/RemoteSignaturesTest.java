package linuxkit.oci.signatures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
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
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import linuxkit.oci.registry.transfer.Clients;
import linuxkit.oci.registry.transfer.FakeRegistry;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.store.ImageStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteSignaturesTest {
  private static final byte[] IMAGE = "an index".getBytes(UTF_8);
  private static final Descriptor SUBJECT =
      Descriptor.of(MediaTypes.OCI_INDEX, Digest.sha256(IMAGE), IMAGE.length);
  private static final String FALLBACK = "sha256-" + SUBJECT.digest().hex();

  private FakeRegistry registry;
  private RegistryClient client;
  private Reference image;
  private final List<JsonObject> listed = new ArrayList<>();
  @TempDir private Path directory;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    client = Clients.of(Mirrors.none(), Logins.none(), Clients.recording(new ArrayList<>()));
    image = registry.reference("app:1");
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  private ImageSignatures signatures() {
    ImageStore store = ImageStore.open(directory.resolve("store"), Progress.silent());
    return new ImageSignatures(store, client, image, Progress.silent());
  }

  private List<SignedDocument> find() {
    return signatures().fetch(SUBJECT.digest());
  }

  private void serve(String name, SignatureArtefact artefact) {
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
  private void list(Descriptor manifest, String artifactType) {
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

  private void refer(SignatureArtefact artefact, String announced) {
    Descriptor manifest = artefact.manifest().descriptor();
    serve(manifest.digest().toString(), artefact);
    list(manifest, announced);
  }

  private static SignatureArtefact bundle(String content) {
    return ArtefactWriter.referrer(
        SUBJECT, SignatureTypes.BUNDLE, content.getBytes(UTF_8), Map.of());
  }

  private static SignatureArtefact classic(byte[] payload) {
    return ArtefactWriter.classic(
        SignatureArtefact.Place.SIGNATURE_TAG,
        SignatureTypes.SIMPLE_SIGNING,
        payload,
        Map.of("dev.cosignproject.cosign/signature", "c2ln"));
  }

  @Test
  void findsAllFormsAndAnnotations() {
    serve(FALLBACK + ".sig", classic("payload".getBytes(UTF_8)));
    serve(
        FALLBACK + ".att",
        ArtefactWriter.classic(
            SignatureArtefact.Place.ATTESTATION_TAG,
            SignatureTypes.DSSE,
            "envelope".getBytes(UTF_8),
            Map.of()));
    // cosign 3.1 announces this type for its bundles.
    refer(bundle("bundle"), SignatureTypes.EMPTY);
    assertThat(find())
        .extracting(found -> new String(found.document(), UTF_8))
        .containsExactly("payload", "envelope", "bundle");
    assertThat(find())
        .extracting(SignedDocument::mediaType)
        .containsExactly(SignatureTypes.SIMPLE_SIGNING, SignatureTypes.DSSE, SignatureTypes.BUNDLE);
    assertThat(find().getFirst().annotations())
        .containsEntry("dev.cosignproject.cosign/signature", "c2ln");
    assertThat(find().getLast().artifactType()).isEqualTo(SignatureTypes.BUNDLE);
  }

  @Test
  void keepsWhatItFetched() {
    refer(bundle("bundle"), SignatureTypes.BUNDLE);
    assertThat(signatures().stored(SUBJECT.digest())).isEmpty();
    assertThat(registry.seen()).isEmpty();
    assertThat(signatures().fetched(SUBJECT.digest())).hasSize(1);
    registry.close();
    ImageSignatures kept = signatures();
    Descriptor document = kept.fetched(SUBJECT.digest()).getFirst();
    assertThat(kept.stored(SUBJECT.digest())).containsExactly(document);
    assertThat(kept.read(document)).asString(UTF_8).isEqualTo("bundle");
    assertThat(document.mediaType()).isEqualTo(SignatureTypes.BUNDLE);
  }

  @Test
  void keepsWhatItHasIfTheRegistryHasTooMuch() {
    refer(bundle("bundle"), SignatureTypes.BUNDLE);
    assertThat(find()).hasSize(1);
    for (int i = 0; i < 32; i++) {
      refer(bundle("bundle " + i), SignatureTypes.BUNDLE);
    }
    assertThat(signatures().fetched(SUBJECT.digest())).hasSize(1);
  }

  @Test
  void doesNotReadWhatIsKnownToBeSomethingElse() {
    SignatureArtefact sbom =
        ArtefactWriter.referrer(SUBJECT, SignatureTypes.SPDX, "{}".getBytes(UTF_8), Map.of());
    refer(sbom, SignatureTypes.SPDX);
    assertThat(find()).isEmpty();
    assertThat(registry.seen("/v2/app/manifests/" + sbom.manifest().descriptor().digest()))
        .isEmpty();
  }

  @Test
  void refusesATagThatNamesAnIndex() {
    registry.on(
        "/v2/app/manifests/" + FALLBACK + ".sig",
        FakeRegistry.answer(
            200, MediaTypes.OCI_INDEX, "{\"schemaVersion\":2,\"manifests\":[]}".getBytes(UTF_8)));
    assertThatThrownBy(this::find)
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("the tag for signatures names an index, not a manifest");
  }

  @Test
  void ignoresAReferrerOfAnotherSubject() {
    byte[] other = "another index".getBytes(UTF_8);
    refer(
        ArtefactWriter.referrer(
            Descriptor.of(MediaTypes.OCI_INDEX, Digest.sha256(other), other.length),
            SignatureTypes.BUNDLE,
            "bundle".getBytes(UTF_8),
            Map.of()),
        SignatureTypes.BUNDLE);
    assertThat(find()).isEmpty();
  }

  @Test
  void ignoresATagThatNamesAnImage() {
    SignatureArtefact layer =
        ArtefactWriter.classic(
            SignatureArtefact.Place.SIGNATURE_TAG,
            MediaTypes.OCI_LAYER,
            "a layer".getBytes(UTF_8),
            Map.of());
    serve(FALLBACK + ".sig", layer);
    assertThat(find()).isEmpty();
    assertThat(registry.seen("/v2/app/blobs/" + Digest.sha256("a layer".getBytes(UTF_8))))
        .isEmpty();
  }

  @Test
  void refusesAnotherManifestThanListed() {
    SignatureArtefact real = bundle("bundle");
    refer(real, SignatureTypes.BUNDLE);
    serve(real.manifest().descriptor().digest().toString(), bundle("forged"));
    assertThatThrownBy(this::find).isInstanceOf(RegistryFailure.WrongContent.class);
  }

  @Test
  void refusesADocumentWithAnotherDigest() {
    refer(bundle("bundle"), SignatureTypes.BUNDLE);
    registry.on(
        "/v2/app/blobs/" + Digest.sha256("bundle".getBytes(UTF_8)),
        FakeRegistry.answer(200, "application/octet-stream", "forged".getBytes(UTF_8)));
    assertThatThrownBy(this::find)
        .isInstanceOf(RegistryFailure.WrongContent.class)
        .hasMessageContaining("the content of the signature is not sha256:");
  }

  @Test
  void refusesALongPayloadWithoutFetchingIt() {
    byte[] payload = new byte[SignedDocument.MAX_PAYLOAD + 1];
    serve(FALLBACK + ".sig", classic(payload));
    assertThatThrownBy(this::find)
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("131073 bytes long, more than the allowed 131072");
    assertThat(registry.seen("/v2/app/blobs/" + Digest.sha256(payload))).isEmpty();
  }

  private List<Descriptor> fetched() {
    return signatures().fetched(SUBJECT.digest());
  }

  @Test
  void findsSignaturesBesideOneThatIsTooLong() {
    refer(bundle("bundle"), SignatureTypes.BUNDLE);
    serve(FALLBACK + ".sig", classic(new byte[SignedDocument.MAX_PAYLOAD + 1]));
    assertThat(fetched()).hasSize(1);
  }

  @Test
  void findsSignaturesBesideATagThatNamesAnIndex() {
    refer(bundle("bundle"), SignatureTypes.BUNDLE);
    registry.on(
        "/v2/app/manifests/" + FALLBACK + ".sig",
        FakeRegistry.answer(
            200, MediaTypes.OCI_INDEX, "{\"schemaVersion\":2,\"manifests\":[]}".getBytes(UTF_8)));
    assertThat(fetched()).hasSize(1);
  }

  @Test
  void keepsNothingThatCannotBeReadAgain() {
    refer(bundle("bundle"), SignatureTypes.BUNDLE);
    SignatureArtefact good = classic("payload".getBytes(UTF_8));
    byte[] bad =
        new String(good.manifest().bytes(), UTF_8)
            .replaceFirst("\\{", "{\"subject\":{\"digest\":\"rubbish\"},")
            .getBytes(UTF_8);
    serve(FALLBACK + ".sig", good);
    registry.on(
        "/v2/app/manifests/" + FALLBACK + ".sig",
        FakeRegistry.answer(200, MediaTypes.OCI_MANIFEST, bad));
    assertThat(fetched()).hasSize(1);
    assertThat(signatures().stored(SUBJECT.digest())).hasSize(1);
  }

  @Test
  void refusesMoreThan32Signatures() {
    for (int i = 0; i < 33; i++) {
      refer(bundle("bundle " + i), SignatureTypes.BUNDLE);
    }
    assertThatThrownBy(this::find)
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("the image has more than 32 signatures");
  }

  @Test
  void accepts32Signatures() {
    for (int i = 0; i < 32; i++) {
      refer(bundle("bundle " + i), SignatureTypes.BUNDLE);
    }
    assertThat(find()).hasSize(32);
  }

  @Test
  void readsAtMost64ManifestsOfEndlessReferrers() {
    for (int i = 0; i < 100; i++) {
      refer(
          ArtefactWriter.referrer(
              SUBJECT, "application/vnd.example." + i, "{}".getBytes(UTF_8), Map.of()),
          "application/vnd.example." + i);
    }
    assertThatThrownBy(this::find)
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("more than 64 manifests refer to the image");
    assertThat(registry.seen().stream().filter(seen -> seen.path().contains("/manifests/sha256:")))
        .hasSize(64);
  }

  @Test
  void keepsNothingIfTheRegistryBreaksOff() {
    SignatureArtefact real = bundle("bundle");
    refer(real, SignatureTypes.BUNDLE);
    String blob = "/v2/app/blobs/" + Digest.sha256("bundle".getBytes(UTF_8));
    registry.on(blob, FakeRegistry.status(500));
    assertThatThrownBy(this::find).isInstanceOf(RegistryFailure.class);
    assertThat(signatures().stored(SUBJECT.digest())).isEmpty();
    serve(real.manifest().descriptor().digest().toString(), real);
    assertThat(find()).hasSize(1);
  }
}
