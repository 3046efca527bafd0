package linuxkit.oci.signatures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.Reference;
import org.junit.jupiter.api.Test;

/** Bounds how many signatures an image may have, and how long they are. */
class SignatureLimitsTest extends RemoteSignaturesFixture {
  private static final int MANY = 100;

  private List<String> texts() {
    return find().stream().map(found -> new String(found.document(), UTF_8)).toList();
  }

  private static SignatureArtefact attestation(String content) {
    return ArtefactWriter.referrer(
        SUBJECT,
        SignatureTypes.BUNDLE,
        content.getBytes(UTF_8),
        Map.of("dev.sigstore.bundle.predicateType", "https://slsa.dev/provenance/v1"));
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

  @Test
  void findsTheFirstAndTheLastOfMoreSignaturesThanItTries() {
    for (int i = 0; i < MANY; i++) {
      refer(bundle("bundle " + i), SignatureTypes.BUNDLE);
    }
    assertThat(texts())
        .hasSize(SignatureBudget.MAX_COUNT)
        .startsWith("bundle 0", "bundle 99", "bundle 1", "bundle 98")
        .doesNotContain("bundle 50");
  }

  @Test
  void saysHowManyItLeavesOut() {
    for (int i = 0; i < MANY; i++) {
      refer(bundle("bundle " + i), SignatureTypes.BUNDLE);
    }
    signatures().fetched(SUBJECT.digest());
    assertThat(lines)
        .singleElement()
        .asString()
        .startsWith("Leaving out 68 signatures or attestations of " + image);
  }

  @Test
  void findsASignatureAmongManyAttestations() {
    for (int i = 0; i < MANY; i++) {
      refer(attestation("attestation " + i), SignatureTypes.BUNDLE);
      // In the list of a registry without the API, nothing says what it is.
      refer(attestation("unmarked " + i), SignatureTypes.EMPTY);
      if (i == MANY / 2) {
        refer(bundle("signature"), SignatureTypes.BUNDLE);
      }
    }
    assertThat(texts()).contains("signature").hasSizeGreaterThan(SignatureBudget.MAX_COUNT);
  }

  @Test
  void findsASignatureAmongManyUnderTheClassicTag() {
    List<Descriptor> layers = new ArrayList<>();
    Map<Digest, byte[]> blobs = new HashMap<>();
    for (int i = 0; i < MANY; i++) {
      SignatureArtefact one = classic(("payload " + i).getBytes(UTF_8));
      layers.addAll(SignatureArtefact.signed(one.parsed("")));
      blobs.putAll(one.blobs());
    }
    serve(
        FALLBACK + ".sig",
        ArtefactWriter.classic(SignatureArtefact.Place.SIGNATURE_TAG, layers, blobs));
    assertThat(texts())
        .hasSize(SignatureBudget.MAX_COUNT)
        .contains("payload 0", "payload 99")
        .doesNotContain("payload 50");
    // What is kept is complete, so that it can be pushed elsewhere.
    assertThat(signatures().stored(SUBJECT.digest())).hasSize(SignatureBudget.MAX_COUNT);
  }

  @Test
  void boundsTheBytesOfAKind() {
    for (int i = 0; i < 4; i++) {
      byte[] content = new byte[SignedDocument.MAX_DOCUMENT];
      content[0] = (byte) i;
      refer(
          ArtefactWriter.referrer(SUBJECT, SignatureTypes.BUNDLE, content, Map.of()),
          SignatureTypes.BUNDLE);
    }
    refer(bundle("small"), SignatureTypes.BUNDLE);
    List<SignedDocument> found = find();
    assertThat(found.stream().mapToLong(one -> one.document().length).sum())
        .isBetween(1L, (long) SignatureBudget.MAX_BYTES);
    assertThat(texts()).contains("small");
  }

  @Test
  void boundsTheManifestsThatAreRead() {
    for (int i = 0; i < RemoteSignatures.MAX_MANIFESTS + 1; i++) {
      refer(
          ArtefactWriter.referrer(
              SUBJECT, "application/vnd.example." + i, "{}".getBytes(UTF_8), Map.of()),
          "application/vnd.example." + i);
    }
    refer(bundle("signature"), SignatureTypes.BUNDLE);
    assertThat(texts()).containsExactly("signature");
    assertThat(registry.seen().stream().filter(seen -> seen.path().contains("/manifests/sha256:")))
        .hasSize(RemoteSignatures.MAX_MANIFESTS + 1);
  }

  @Test
  void asksADeadRegistryOnceForAllImagesAndReportsItOnce() {
    registry.close();
    SilentRegistries silent = new SilentRegistries(progress);
    for (int i = 0; i < 3; i++) {
      Reference other = registry.reference("app" + i + ":1");
      ImageSignatures signatures = signatures(other, silent);
      assertThat(signatures.fetched(SUBJECT.digest())).isEmpty();
      assertThat(signatures.fetched(SUBJECT.digest())).isEmpty();
    }
    assertThat(lines)
        .singleElement()
        .asString()
        .contains("cannot look for signatures in " + image.registry())
        .contains("only those in the store count")
        .contains("check the network");
    assertThat(pauses).hasSize(2);
  }
}
