package linuxkit.oci.signatures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import linuxkit.oci.Digest;
import linuxkit.oci.ManifestFailure;
import org.junit.jupiter.api.Test;

/** Bounds how many signatures an image may have, and how long they are. */
class SignatureLimitsTest extends RemoteSignaturesFixture {
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
  void refusesALongPayloadWithoutFetchingIt() {
    byte[] payload = new byte[SignedDocument.MAX_PAYLOAD + 1];
    serve(FALLBACK + ".sig", classic(payload));
    assertThatThrownBy(this::find)
        .isInstanceOf(ManifestFailure.class)
        .hasMessageContaining("131073 bytes long, more than the allowed 131072");
    assertThat(registry.seen("/v2/app/blobs/" + Digest.sha256(payload))).isEmpty();
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
}
