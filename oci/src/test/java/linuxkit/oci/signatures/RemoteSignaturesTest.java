package linuxkit.oci.signatures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.transfer.FakeRegistry;
import org.junit.jupiter.api.Test;

class RemoteSignaturesTest extends RemoteSignaturesFixture {
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
        .containsExactly("payload", "bundle", "envelope");
    assertThat(find())
        .extracting(SignedDocument::mediaType)
        .containsExactly(SignatureTypes.SIMPLE_SIGNING, SignatureTypes.BUNDLE, SignatureTypes.DSSE);
    assertThat(find().getFirst().annotations())
        .containsEntry("dev.cosignproject.cosign/signature", "c2ln");
    assertThat(find().get(1).artifactType()).isEqualTo(SignatureTypes.BUNDLE);
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
  void findsSignaturesBesideOneWhoseContentIsMissing() {
    SignatureArtefact gone = bundle("gone");
    refer(gone, SignatureTypes.BUNDLE);
    refer(bundle("bundle"), SignatureTypes.BUNDLE);
    registry.on("/v2/app/blobs/" + Digest.sha256("gone".getBytes(UTF_8)), FakeRegistry.status(404));
    assertThat(fetched()).hasSize(1);
  }

  @Test
  void findsSignaturesBesideAManifestThatIsNotJson() {
    byte[] rubbish = "{".getBytes(UTF_8);
    Digest digest = Digest.sha256(rubbish);
    registry.on(
        "/v2/app/manifests/" + digest, FakeRegistry.answer(200, MediaTypes.OCI_MANIFEST, rubbish));
    list(Descriptor.of(MediaTypes.OCI_MANIFEST, digest, rubbish.length), SignatureTypes.BUNDLE);
    refer(bundle("bundle"), SignatureTypes.BUNDLE);
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
