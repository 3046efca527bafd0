package linuxkit.trust.sigstore;

import static linuxkit.trust.der.DerWriter.bits;
import static linuxkit.trust.der.DerWriter.integer;
import static linuxkit.trust.der.DerWriter.octets;
import static linuxkit.trust.der.DerWriter.oid;
import static linuxkit.trust.der.DerWriter.sequence;
import static linuxkit.trust.der.DerWriter.utf8;
import static linuxkit.trust.der.DerWriter.value;
import static linuxkit.trust.der.DerWriter.yes;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import linuxkit.trust.der.Tag;

/** A certificate in the making. Every field may be set to what no honest authority would write. */
final class MiniCertificate {
  static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";
  static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
  static final String TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
  private static long serial = 1000;

  String subject = "";
  String issuer = "mini-intermediate";
  Instant notBefore = MiniSigstore.TIME.minus(Duration.ofDays(365));
  Instant notAfter = MiniSigstore.TIME.plus(Duration.ofDays(365));
  KeyPair key = ec();
  final List<byte[]> extensions = new ArrayList<>();
  final long number = serial++;

  static KeyPair ec() {
    return pair("EC");
  }

  static KeyPair pair(String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("EC")) {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      } else if (algorithm.equals("RSA")) {
        generator.initialize(1024);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] sign(PrivateKey key, byte[]... parts) {
    try {
      Signature signature =
          Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "Ed25519");
      signature.initSign(key);
      for (byte[] part : parts) {
        signature.update(part);
      }
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] name(String commonName) {
    return commonName.isEmpty()
        ? sequence()
        : sequence(value(Tag.SET, sequence(oid("2.5.4.3"), utf8(commonName))));
  }

  MiniCertificate named(String newSubject, String newIssuer) {
    subject = newSubject;
    issuer = newIssuer;
    return this;
  }

  MiniCertificate extension(String id, boolean critical, byte[] content) {
    extensions.add(
        critical ? sequence(oid(id), yes(), octets(content)) : sequence(oid(id), octets(content)));
    return this;
  }

  /** Makes the certificate one that issues others. */
  MiniCertificate authority() {
    extension("2.5.29.19", true, sequence(yes()));
    return extension("2.5.29.15", true, value(Tag.BIT_STRING, new byte[] {1, 6}));
  }

  MiniCertificate purpose(String purpose, boolean critical) {
    return extension("2.5.29.37", critical, sequence(oid(purpose)));
  }

  MiniCertificate digitalSignature() {
    return extension("2.5.29.15", true, value(Tag.BIT_STRING, new byte[] {7, (byte) 0x80}));
  }

  private static byte[] utc(Instant time) {
    String text =
        DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC).format(time);
    return value(Tag.UTC_TIME, text.getBytes(StandardCharsets.US_ASCII));
  }

  byte[] body() {
    return sequence(
        value(Tag.context(0), integer(2)),
        integer(BigInteger.valueOf(number)),
        sequence(oid(ECDSA_SHA256)),
        name(issuer),
        sequence(utc(notBefore), utc(notAfter)),
        name(subject),
        key.getPublic().getEncoded(),
        value(Tag.context(3), sequence(extensions)));
  }

  byte[] signedBy(KeyPair issuerKey) {
    byte[] body = body();
    return sequence(body, sequence(oid(ECDSA_SHA256)), bits(sign(issuerKey.getPrivate(), body)));
  }

  static X509Certificate read(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
