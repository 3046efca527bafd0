package linuxkit.trust.notary;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.trust.Evidence;
import linuxkit.trust.Verdict;
import org.junit.jupiter.api.Test;

/** Signatures of notation 1.3.2 with a timestamp; the signer's certificate is valid for a year. */
class TimestampTest {
  private static final String LATER = "2040-01-01T00:00:00Z";

  private static X509Authority authority(String timestamps, String now) {
    return new X509Authority(
        TrustStore.parse(TestSigner.resource("certificates/root.pem"), "root.pem"),
        TrustStore.EMPTY,
        timestamps.isEmpty()
            ? TrustStore.EMPTY
            : TrustStore.parse(TestSigner.certificate(timestamps), timestamps),
        TrustedSubjects.any(),
        InstantSource.fixed(Instant.parse(now)));
  }

  private static Evidence stamped(String file) {
    return TestEnvelope.evidence(
        file.endsWith(".jws") ? Evidence.Form.NOTARY_JWS : Evidence.Form.NOTARY_COSE,
        TestSigner.resource("signed/" + file));
  }

  @Test
  void acceptsAStampedSignatureAfterItsCertificateHasExpired() {
    for (String file : List.of("stamped.jws", "stamped.cose")) {
      assertThat(authority("tsa-root", LATER).check(stamped(file), Hostile.SUBJECT))
          .isInstanceOfSatisfying(
              Verdict.Accepted.class, accepted -> assertThat(accepted.until()).isEmpty());
      assertThat(authority("", "2027-01-01T00:00:00Z").check(stamped(file), Hostile.SUBJECT))
          .isInstanceOfSatisfying(
              Verdict.Accepted.class,
              accepted -> assertThat(accepted.until()).get().isEqualTo(end()));
    }
  }

  @Test
  void countsTheAccuracyOfATimestamp() {
    // Made in the certificate's first second, but perhaps 2.5 seconds earlier.
    refuses(
        authority("tsa-root", LATER),
        stamped("stamped-too-early.jws"),
        "the certificate \"CN=brief,OU=Builds,O=Acme,ST=London,C=GB\" is valid from"
            + " 2026-11-30T21:11:12Z, after the timestamp");
  }

  private static Instant end() {
    return NotaryCertificates.read(TestSigner.certificate("brief")).getNotAfter().toInstant();
  }

  @Test
  void doesNotBelieveOtherAuthorities() {
    for (String file : List.of("stamped.jws", "stamped.cose")) {
      refuses(
          authority("", LATER),
          stamped(file),
          "the certificate \"CN=brief,OU=Builds,O=Acme,ST=London,C=GB\" is valid until "
              + end()
              + ", before now");
      refuses(
          authority("self", LATER),
          stamped(file),
          "the timestamp of \"CN=Clock,O=Clock,ST=London,C=GB\" does not come from a trusted root");
    }
  }

  @Test
  void doesNotBelieveTimestampsOfOtherSignatures() {
    JsonObject own = json("stamped.jws");
    Evidence swapped = with(own.get("header"), json("p256.jws"));
    refuses(
        authority("tsa-root", LATER),
        swapped,
        "the signature is wrong"); // The chain is that of the other signature, too.
    TestEnvelope envelope = new TestEnvelope("ES256", TestSigner.of("p256", "issuing", "root"));
    envelope.unprotected.put(
        "io.cncf.notary.timestampSignature",
        ((JsonObject) own.get("header").get()).get("io.cncf.notary.timestampSignature").get());
    refuses(
        authority("tsa-root", "2027-01-01T00:00:00Z"),
        envelope.jws(),
        "the time stamp is of another signature");
    envelope.unprotected.put("io.cncf.notary.timestampSignature", new byte[] {1, 2, 3});
    for (Evidence evidence : List.of(envelope.jws(), envelope.cose())) {
      assertThat(authority("tsa-root", "2027-01-01T00:00:00Z").check(evidence, Hostile.SUBJECT))
          .isInstanceOfSatisfying(
              Verdict.Refused.class,
              refused -> assertThat(refused.reason()).startsWith("malformed DER"));
    }
  }

  @Test
  void refusesEveryChangedByteOfATimestamp() {
    Evidence good = stamped("stamped.cose");
    String text = new String(good.document(), ISO_8859_1);
    int start = text.indexOf("timestampSignature") + "timestampSignature".length() + 3;
    int end = text.indexOf("io.cncf.notary.signingAgent");
    end = end > start ? end - 2 : good.document().length - 300;
    X509Authority authority = authority("tsa-root", LATER);
    int accepted = 0;
    for (int i = start; i < end; i += 11) {
      byte[] changed = good.document().clone();
      changed[i] ^= 1;
      accepted +=
          authority.check(TestEnvelope.evidence(good.form(), changed), Hostile.SUBJECT)
                  instanceof Verdict.Accepted
              ? 1
              : 0;
    }
    // Neither the list of hashes nor certificates that are not used are signed.
    assertThat(accepted).isLessThan((end - start) / 11 / 4);
  }

  private static Evidence with(Optional<Json> header, JsonObject from) {
    JsonObject.Builder changed = JsonObject.builder();
    from.members().forEach(changed::put);
    return TestEnvelope.evidence(
        Evidence.Form.NOTARY_JWS, TestEnvelope.text(changed.put("header", header.get()).build()));
  }

  private static JsonObject json(String file) {
    return (JsonObject) Json.parse(TestSigner.resource("signed/" + file), file);
  }

  private static void refuses(X509Authority authority, Evidence evidence, String reason) {
    assertThat(authority.check(evidence, Hostile.SUBJECT)).isEqualTo(new Verdict.Refused(reason));
  }
}
