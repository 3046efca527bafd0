package linuxkit.trust.sigstore;

import static linuxkit.trust.der.DerWriter.sequence;
import static linuxkit.trust.der.DerWriter.utf8;
import static linuxkit.trust.der.DerWriter.value;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.der.DerWriter;
import linuxkit.trust.der.Tag;
import org.junit.jupiter.api.Test;

/** Certificates of Fulcio that must not be believed. */
class HostileCertificateTest extends Hostile {
  private static final int EMAIL = Tag.contextPrimitive(1);

  /** CVE-2026-24122. */
  @Test
  void expiredIntermediate() {
    sigstore.intermediate.notAfter = MiniSigstore.TIME.minus(Duration.ofDays(1));
    refused("a certificate was valid from");
  }

  @Test
  void expiredLeaf() {
    signer.integrated = MiniSigstore.TIME.plus(Duration.ofMinutes(11));
    refused("to 2026-06-01T12:10:00Z, not at 2026-06-01T12:11:00Z");
  }

  @Test
  void leafNotYetValid() {
    signer.integrated = MiniSigstore.TIME.minus(Duration.ofSeconds(1));
    refused("not at 2026-06-01T11:59:59Z");
  }

  @Test
  void authorityRetiredBeforeSigning() {
    sigstore.authorityValidity = MiniSigstore.period(-300, -1);
    refused("the authority was valid from");
  }

  @Test
  void authorityWithoutStart() {
    sigstore.authorityValidity = "{}";
    refused("trusted root.certificateAuthorities[0].validFor has no start");
  }

  @Test
  void leafSignedByImpostorOfTheIntermediate() {
    signer.issuerKey = MiniCertificate.ec();
    refused("the certificate chain is not valid");
  }

  @Test
  void leafOfForeignAuthority() {
    signer.leaf.issuer = "another-intermediate";
    refused("the certificate is not from a trusted authority");
  }

  @Test
  void leafForAnotherPurpose() {
    signer.codeSigning = false;
    signer.leaf.purpose(MiniCertificate.TIME_STAMPING, false);
    refused("the certificate is not for code signing");
  }

  @Test
  void leafWithoutPurpose() {
    signer.codeSigning = false;
    refused("the certificate is not for code signing");
  }

  @Test
  void leafThatIsAnAuthority() {
    signer.leaf.extension("2.5.29.19", true, sequence(DerWriter.yes()));
    refused("the certificate is that of an authority");
  }

  @Test
  void leafWithWeakKey() {
    signer.leaf.key = MiniCertificate.pair("RSA");
    signer.issuerKey = sigstore.intermediate.key;
    signer.signWith(MiniCertificate.ec());
    refused("1024");
  }

  @Test
  void leafWithExtensionTwice() {
    signer.leaf.extension("1.3.6.1.4.1.57264.1.8", false, utf8("https://evil.example"));
    refused("a certificate is malformed");
  }

  @Test
  void leafWithoutPromiseOfCertificateLog() {
    signer.promised = false;
    refused("the certificate has no signed certificate timestamp");
  }

  @Test
  void promiseOfUnknownCertificateLog() {
    signer.certificateLog = MiniCertificate.ec();
    refused("no trusted certificate log has the certificate");
  }

  @Test
  void promiseForgedInTheNameOfCertificateLog() {
    signer.certificateLogSigner = MiniCertificate.ec();
    refused("the signature of the certificate log");
  }

  @Test
  void promiseOutsideValidityOfCertificateLog() {
    sigstore.ctValidity = MiniSigstore.period(1, 2);
    refused("the certificate log https://ct.example was valid from");
  }

  @Test
  void certificateLogWithoutStart() {
    sigstore.ctValidity = "{\"end\": \"2030-01-01T00:00:00Z\"}";
    refused("trusted root.ctlogs[0].publicKey.validFor has no start");
  }

  /** A prefix that others can register: patterns match whole subjects. */
  @Test
  void patternFooForEvilFoo() {
    signer.names = sequence(value(EMAIL, MiniSigner.ascii("evil-foo@example.com")));
    refused(
        MiniSigstore.json(signer.bundle()),
        KeylessIdentity.matching(MiniSigner.ISSUER, "foo@example\\.com"),
        "the signer is evil-foo@example.com");
  }

  @Test
  void patternFooForFooWithSuffix() {
    signer.names = sequence(value(EMAIL, MiniSigner.ascii("foo@example.com.evil.example")));
    refused(
        MiniSigstore.json(signer.bundle()),
        KeylessIdentity.matching(MiniSigner.ISSUER, "foo@example\\.com|bar@example\\.com"),
        "the signer is foo@example.com.evil.example");
  }

  @Test
  void patternThatTakesForEver() {
    signer.names = sequence(value(EMAIL, MiniSigner.ascii("a".repeat(60) + "!")));
    refused(
        MiniSigstore.json(signer.bundle()),
        KeylessIdentity.matching(MiniSigner.ISSUER, "(.*)(.*)(.*)(.*)(.*)(.*)(.*)b"),
        "the regular expression takes too long");
  }

  @Test
  void patternThatIsTooLong() {
    String pattern = "a".repeat(1025);
    assertThatThrownBy(() -> KeylessIdentity.matching(MiniSigner.ISSUER, pattern))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining("longer than 1024 characters");
  }

  @Test
  void issuerInWrongExtension() {
    signer.issuerExtension = "1.3.6.1.4.1.57264.1.2";
    refused("the certificate names no issuer of the identity");
  }

  @Test
  void twoIssuers() {
    signer.leaf.extension(
        "1.3.6.1.4.1.57264.1.1", false, "https://evil.example".getBytes(StandardCharsets.UTF_8));
    refused("the certificate names two issuers of the identity");
  }

  @Test
  void anotherIssuerWithThatSubject() {
    refused(
        MiniSigstore.json(signer.bundle()),
        KeylessIdentity.exact("https://other.example", MiniSigner.SUBJECT),
        "the signer is builder@example.com (https://issuer.example), not builder@example.com"
            + " (https://other.example)");
  }

  @Test
  void identityWithNul() {
    signer.names = sequence(value(EMAIL, MiniSigner.ascii("builder@example.com\0.evil.example")));
    refused("the subject of the identity contains control characters");
  }

  @Test
  void identityInAnotherScript() {
    byte[] cyrillic = "buildеr@example.com".getBytes(StandardCharsets.UTF_8);
    signer.names = sequence(value(EMAIL, cyrillic));
    refused("a string is not ASCII");
  }

  @Test
  void twoSubjects() {
    signer.names =
        sequence(
            value(EMAIL, MiniSigner.ascii("evil@example.com")),
            value(EMAIL, MiniSigner.ascii(MiniSigner.SUBJECT)));
    refused("the certificate has more than one subject alternative name");
  }

  @Test
  void subjectThatIsAHost() {
    signer.names =
        sequence(value(Tag.contextPrimitive(2), MiniSigner.ascii("builder.example.com")));
    refused("the certificate's subject is not a URI, an e-mail address or a user name");
  }

  @Test
  void bytesAfterCertificate() {
    String certificate = MiniSigstore.base64(signer.certificate());
    byte[] longer = java.util.Arrays.copyOf(signer.certificate(), signer.certificate().length + 3);
    refused(
        replaced("\"rawBytes\":\"" + certificate, "\"rawBytes\":\"" + MiniSigstore.base64(longer)),
        "malformed DER: there are more bytes after the value");
  }
}
