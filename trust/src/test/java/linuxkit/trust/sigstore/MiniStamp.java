package linuxkit.trust.sigstore;

import static linuxkit.trust.der.DerWriter.integer;
import static linuxkit.trust.der.DerWriter.nul;
import static linuxkit.trust.der.DerWriter.octets;
import static linuxkit.trust.der.DerWriter.oid;
import static linuxkit.trust.der.DerWriter.sequence;
import static linuxkit.trust.der.DerWriter.time;
import static linuxkit.trust.der.DerWriter.value;

import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import linuxkit.base.Sha256;
import linuxkit.trust.der.Tag;

/** A response of a time stamp authority in the making. */
final class MiniStamp {
  static final String SHA256 = "2.16.840.1.101.3.4.2.1";
  private static final String TIMESTAMP_INFO = "1.2.840.113549.1.9.16.1.4";

  private final MiniSigstore sigstore;
  Instant time = MiniSigstore.TIME.plus(Duration.ofMinutes(1));
  Instant shownTime = time;
  int status = 0;
  String imprintHash = SHA256;
  KeyPair signer;
  byte[] certificates = value(Tag.context(0));
  byte[] namedCertificate;

  MiniStamp(MiniSigstore sigstore) {
    this.sigstore = sigstore;
    signer = sigstore.tsa.key;
    namedCertificate = sigstore.tsaDer();
  }

  MiniStamp at(Instant newTime) {
    time = newTime;
    shownTime = newTime;
    return this;
  }

  private byte[] info(byte[] signature, Instant at) {
    return sequence(
        integer(1),
        oid("1.3.6.1.4.1.57264.2"),
        sequence(sequence(oid(imprintHash), nul()), octets(Sha256.digest().digest(signature))),
        integer(77),
        time(at));
  }

  byte[] of(byte[] signature) {
    byte[] algorithm = sequence(oid(SHA256));
    byte[] attributes =
        concat(
            attribute("1.2.840.113549.1.9.3", oid(TIMESTAMP_INFO)),
            attribute(
                "1.2.840.113549.1.9.4", octets(Sha256.digest().digest(info(signature, time)))),
            attribute(
                "1.2.840.113549.1.9.16.2.47",
                sequence(sequence(sequence(octets(Sha256.digest().digest(namedCertificate)))))));
    byte[] signerInfo =
        sequence(
            integer(1),
            sequence(MiniCertificate.name("mini-tsa-root"), integer(sigstore.tsa.number)),
            algorithm,
            value(Tag.context(0), attributes),
            sequence(oid(MiniCertificate.ECDSA_SHA256)),
            octets(MiniCertificate.sign(signer.getPrivate(), value(Tag.SET, attributes))));
    byte[] content =
        sequence(oid(TIMESTAMP_INFO), value(Tag.context(0), octets(info(signature, shownTime))));
    byte[] data =
        sequence(
            integer(3),
            value(Tag.SET, algorithm),
            content,
            certificates,
            value(Tag.SET, signerInfo));
    return sequence(
        sequence(integer(status)),
        sequence(oid("1.2.840.113549.1.7.2"), value(Tag.context(0), data)));
  }

  private static byte[] attribute(String id, byte[] content) {
    return sequence(oid(id), value(Tag.SET, content));
  }

  private static byte[] concat(byte[]... parts) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
