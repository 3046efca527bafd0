package linuxkit.trust.sigstore;

import static linuxkit.trust.der.DerWriter.value;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import linuxkit.trust.der.Tag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Time stamps that do not prove when this signature was made. */
class HostileTimestampTest extends Hostile {
  @BeforeEach
  void needTimestamp() {
    signer.second();
  }

  @Test
  void secondRekorWithoutTimestamp() {
    signer.withStamp = false;
    refused("nothing trusted attests when the signature was made");
  }

  /** CVE-2026-54787. */
  @Test
  void timestampOutsideValidityOfAuthority() {
    sigstore.tsaValidity = MiniSigstore.period(-300, -1);
    refused("the authority was valid from");
  }

  @Test
  void timestampOutsideValidityOfAuthoritysCertificate() {
    MiniSigstore expired = new MiniSigstore();
    expired.tsa.notAfter = MiniSigstore.TIME.minus(Duration.ofDays(1));
    MiniSigner late = new MiniSigner(expired).second();
    assertThatThrownBy(() -> late.verify(late.bundle()))
        .hasMessageContaining("a certificate was valid from");
  }

  @Test
  void timestampOutsideValidityOfCertificate() {
    signer.stamp.at(MiniSigstore.TIME.plus(Duration.ofMinutes(11)));
    refused("to 2026-06-01T12:10:00Z, not at 2026-06-01T12:11:00Z");
  }

  @Test
  void timestampInFuture() {
    signer.leaf.notBefore = MiniSigstore.TIME.plus(Duration.ofDays(20));
    signer.leaf.notAfter = MiniSigstore.TIME.plus(Duration.ofDays(21));
    signer.stamp.at(MiniSigstore.TIME.plus(Duration.ofDays(20).plusMinutes(1)));
    refused("the signature is from the future: 2026-06-21T12:01:00Z");
  }

  /** The log's time alone would do; a time stamp that contradicts it must not be ignored. */
  @Test
  void timestampThatContradictsTheLog() {
    MiniSigner both = new MiniSigner(sigstore);
    both.withStamp = true;
    both.stamp.at(MiniSigstore.TIME.plus(Duration.ofMinutes(11)));
    refused(both.bundle(), "not at 2026-06-01T12:11:00Z");
  }

  @Test
  void timestampOfAnotherSignature() {
    byte[] other = signer.stamp.of(MiniSigner.ascii("other"));
    byte[] own = signer.stamp.of(signer.signature());
    signer.givenStamp = other;
    refused("the time stamp is of another signature");
    signer.givenStamp = own;
    signer.verify(signer.bundle());
  }

  @Test
  void timestampSignedByImpostorOfAuthority() {
    signer.stamp.signer = MiniCertificate.ec();
    refused("the signature of the time stamp is wrong");
  }

  @Test
  void timestampWithCertificateOfImpostor() {
    MiniCertificate impostor =
        new MiniCertificate()
            .named("mini-tsa", "mini-tsa-root")
            .digitalSignature()
            .purpose(MiniCertificate.TIME_STAMPING, true);
    byte[] certificate = impostor.signedBy(impostor.key);
    signer.stamp.signer = impostor.key;
    signer.stamp.namedCertificate = certificate;
    signer.stamp.certificates = value(Tag.context(0), certificate);
    refused("the time stamp names another certificate of its authority");
  }

  @Test
  void timestampWhoseTimeWasChanged() {
    signer.stamp.shownTime = MiniSigstore.TIME.plus(Duration.ofMinutes(2));
    refused("the time stamp was changed after it was signed");
  }

  @Test
  void timestampThatWasNotGranted() {
    signer.stamp.status = 2;
    refused("the time stamp was not granted");
  }

  @Test
  void timestampOfWeakHash() {
    signer.stamp.imprintHash = "1.3.14.3.2.26";
    refused("the hash 1.3.14.3.2.26 is not supported");
  }

  @Test
  void authorityForAnyPurpose() {
    MiniSigstore lax = new MiniSigstore();
    lax.tsaPurposeIsCritical = false;
    MiniSigner late = new MiniSigner(lax).second();
    assertThatThrownBy(() -> late.verify(late.bundle()))
        .hasMessageContaining("certificate is not for time stamps alone");
  }

  @Test
  void authorityForSigningCode() {
    MiniSigstore lax = new MiniSigstore();
    lax.tsaPurpose = MiniCertificate.CODE_SIGNING;
    MiniSigner late = new MiniSigner(lax).second();
    assertThatThrownBy(() -> late.verify(late.bundle()))
        .hasMessageContaining("not for the purpose 1.3.6.1.5.5.7.3.8");
  }

  @Test
  void timestampInIndefiniteLength() {
    byte[] stamp = signer.stamp.of(signer.signature());
    stamp[1] = (byte) 0x80;
    signer.givenStamp = stamp;
    refused("malformed DER: a length is indefinite");
  }

  @Test
  void hugeTimestamp() {
    signer.givenStamp = new byte[(64 << 10) + 1];
    refused("a time stamp is larger than 65536 bytes");
  }
}
