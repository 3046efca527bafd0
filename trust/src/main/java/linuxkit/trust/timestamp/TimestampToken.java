package linuxkit.trust.timestamp;

import java.math.BigInteger;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.der.Der;
import linuxkit.trust.der.DerWriter;
import linuxkit.trust.der.Tag;
import linuxkit.trust.keys.VerificationKey;

/**
 * The response of a time stamp authority: that something with a digest existed at a time (RFC 3161,
 * as CMS SignedData of RFC 5652). Certificates in it are not trusted.
 */
public final class TimestampToken {
  static final int MAX_SIZE = 64 << 10;
  private static final String SIGNED_DATA = "1.2.840.113549.1.7.2";
  private static final String TIMESTAMP_INFO = "1.2.840.113549.1.9.16.1.4";
  private static final String CONTENT_TYPE = "1.2.840.113549.1.9.3";
  private static final String MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
  private static final String SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.47";
  private static final String KEY_IDENTIFIER = "2.5.29.14";

  private final byte[] content;
  private final Der signer;
  private final Map<String, Der> attributes = new HashMap<>();
  private final Der signedAttributes;
  private final Hash hash;
  private final byte[] signature;
  private final byte[] imprint;
  private final Hash imprintHash;
  private final Instant time;
  private final Duration accuracy;
  private final List<byte[]> certificates;

  private TimestampToken(Der token) {
    List<Der> info = token.sequence(2);
    expect(info.getFirst().oid(), SIGNED_DATA, "content of the time stamp");
    List<Der> data = info.get(1).as(Tag.context(0)).only().sequence(4);
    List<Der> encapsulated = data.get(2).sequence(2);
    expect(encapsulated.getFirst().oid(), TIMESTAMP_INFO, "signed content of the time stamp");
    content = encapsulated.get(1).as(Tag.context(0)).only().octets();
    certificates =
        data.get(3).is(Tag.context(0))
            ? data.get(3).children().stream().map(Der::encoded).toList()
            : List.of();

    List<Der> signerInfo = data.getLast().as(Tag.SET).only().sequence(6);
    signer = signerInfo.get(1);
    hash = Hash.of(signerInfo.get(2));
    signedAttributes = signerInfo.get(3).as(Tag.context(0));
    for (Der attribute : signedAttributes.children()) {
      List<Der> fields = attribute.sequence(2);
      if (attributes.put(fields.getFirst().oid(), fields.get(1).as(Tag.SET).only()) != null) {
        throw TimestampRefusal.of("a signed attribute of the time stamp occurs twice");
      }
    }
    signature = signerInfo.get(5).octets();

    List<Der> stamp = Der.parse(content).sequence(5);
    List<Der> message = stamp.get(2).sequence(2);
    imprintHash = Hash.of(message.getFirst());
    imprint = message.get(1).octets();
    time = stamp.get(4).as(Tag.GENERALIZED_TIME).time();
    accuracy =
        stamp.size() > 5 && stamp.get(5).is(Tag.SEQUENCE)
            ? Accuracy.read(stamp.get(5))
            : Duration.ZERO;
  }

  /**
   * Reads a response.
   *
   * @throws TrustFailure if it is malformed, or not a time stamp
   */
  public static TimestampToken parse(byte[] response) {
    List<Der> parts = sized(response).sequence(2);
    BigInteger status = parts.getFirst().sequence(1).getFirst().integer();
    if (status.signum() < 0 || status.compareTo(BigInteger.ONE) > 0) {
      throw TimestampRefusal.of("the time stamp was not granted");
    }
    return new TimestampToken(parts.get(1));
  }

  /**
   * Reads a TimeStampToken, which a response contains.
   *
   * @throws TrustFailure if it is malformed, or not a time stamp
   */
  public static TimestampToken parseToken(byte[] token) {
    return new TimestampToken(sized(token));
  }

  private static Der sized(byte[] document) {
    if (document.length > MAX_SIZE) {
      throw TimestampRefusal.of("a time stamp is larger than " + MAX_SIZE + " bytes");
    }
    return Der.parse(document);
  }

  /** Returns by how much the time may be wrong in either direction; zero if it is not stated. */
  public Duration accuracy() {
    return accuracy;
  }

  /** Returns what the token carries as certificates. Nothing is known of them. */
  public List<byte[]> certificates() {
    return certificates;
  }

  /** Returns whether the signed attributes name the certificate of the authority (RFC 5816). */
  public boolean namesCertificate() {
    return attributes.containsKey(SIGNING_CERTIFICATE);
  }

  public Instant time() {
    return time;
  }

  /** Checks that the time stamp is of these bytes. */
  public void checkIsOf(byte[] bytes) {
    if (!Arrays.equals(imprintHash.of(bytes), imprint)) {
      throw TimestampRefusal.of("the time stamp is of another signature");
    }
  }

  /** Returns whether the signer says that it has this certificate. */
  public boolean isBy(X509Certificate certificate) {
    if (signer.is(Tag.contextPrimitive(0))) {
      return Optional.ofNullable(certificate.getExtensionValue(KEY_IDENTIFIER))
          .filter(value -> Arrays.equals(Der.parse(value).wrapped().octets(), signer.content()))
          .isPresent();
    }
    List<Der> issuerAndSerial = signer.sequence(2);
    return Arrays.equals(
            issuerAndSerial.getFirst().encoded(), certificate.getIssuerX500Principal().getEncoded())
        && issuerAndSerial.get(1).integer().equals(certificate.getSerialNumber());
  }

  /** Checks that the authority with this certificate signed the time stamp. */
  public void checkSigned(X509Certificate certificate) {
    expect(attribute(CONTENT_TYPE).oid(), TIMESTAMP_INFO, "content type of the time stamp");
    if (!Arrays.equals(attribute(MESSAGE_DIGEST).octets(), hash.of(content))) {
      throw TimestampRefusal.of("the time stamp was changed after it was signed");
    }
    Der named = attributes.get(SIGNING_CERTIFICATE);
    if (named != null) {
      checkNames(named, certificate);
    }
    VerificationKey key = VerificationKey.of(certificate, "the time stamp authority");
    byte[] signed = DerWriter.value(Tag.SET, signedAttributes.content());
    if (!key.verify(hash.algorithm(key.type().family()), signed, signature)) {
      throw TimestampRefusal.of("the signature of the time stamp is wrong");
    }
    if (!Set.copyOf(certificate.getCriticalExtensionOIDs()).contains("2.5.29.37")) {
      throw TimestampRefusal.of(
          "the time stamp authority's certificate is not for time stamps alone");
    }
  }

  private Der attribute(String oid) {
    return Optional.ofNullable(attributes.get(oid))
        .orElseThrow(() -> TimestampRefusal.of("the time stamp lacks the signed attribute " + oid));
  }

  /** Checks the first ESSCertIDv2 (RFC 5035), whose hash is SHA-256 if it names no other. */
  private static void checkNames(Der named, X509Certificate certificate) {
    List<Der> identifier = named.sequence(1).getFirst().sequence(1).getFirst().sequence(1);
    boolean explicit = identifier.getFirst().is(Tag.SEQUENCE);
    Hash hash = explicit ? Hash.of(identifier.getFirst()) : Hash.SHA256;
    byte[] found = identifier.get(explicit && identifier.size() > 1 ? 1 : 0).octets();
    if (!Arrays.equals(found, hash.of(encoded(certificate)))) {
      throw TimestampRefusal.of("the time stamp names another certificate of its authority");
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("the certificate was read from its encoding", e);
    }
  }

  private static void expect(String found, String wanted, String what) {
    if (!found.equals(wanted)) {
      throw TimestampRefusal.of("the " + what + " is of the type " + found + ", not " + wanted);
    }
  }
}
