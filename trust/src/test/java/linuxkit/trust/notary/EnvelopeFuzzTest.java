package linuxkit.trust.notary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import linuxkit.base.Printable;
import linuxkit.trust.Evidence;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.Verdict;

/** Whatever is beside an image is a verdict: of these bytes, that they are not a signature. */
class EnvelopeFuzzTest {
  private static final X509Authority AUTHORITY = Hostile.authority(Hostile.NOW);

  @FuzzTest
  void refusesAnyJws(byte[] document) {
    check(Evidence.Form.NOTARY_JWS, document);
  }

  @FuzzTest
  void refusesAnyCose(byte[] document) {
    check(Evidence.Form.NOTARY_COSE, document);
  }

  /** Fuzzes the header alone, in an envelope with a good signature. */
  @FuzzTest
  void refusesAnyHeader(byte[] header) {
    TestEnvelope envelope = new TestEnvelope("ES256", Hostile.P256);
    check(Evidence.Form.NOTARY_COSE, envelope.coseBytes(header));
    check(Evidence.Form.NOTARY_JWS, TestEnvelope.text(envelope.jwsObject(header).build()));
  }

  @FuzzTest
  void readsOrRefusesAnyName(byte[] text) {
    try {
      DistinguishedName name = DistinguishedName.parse(new String(text, UTF_8));
      assertThat(name.attributes().values()).doesNotContain("");
    } catch (TrustFailure refused) {
      assertThat(refused.what()).isEqualTo(Printable.line(refused.what()));
    }
  }

  private static void check(Evidence.Form form, byte[] document) {
    Verdict verdict = AUTHORITY.check(TestEnvelope.evidence(form, document), Hostile.SUBJECT);
    if (verdict instanceof Verdict.Refused(String reason)) {
      assertThat(reason).isEqualTo(Printable.line(reason)).isNotEmpty();
    } else {
      // Only a mutation that no signature covers may be accepted.
      assertThat(((Verdict.Accepted) verdict).subject()).isEqualTo(TestEnvelope.DIGEST);
    }
  }
}
