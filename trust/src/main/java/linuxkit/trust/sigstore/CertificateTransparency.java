package linuxkit.trust.sigstore;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import linuxkit.base.Sha256;
import linuxkit.trust.der.Der;

/**
 * Checks that a log of certificates promised to publish a certificate: its signed certificate
 * timestamp, which is embedded in the certificate (RFC 6962, sections 3.2 and 3.3).
 */
final class CertificateTransparency {
  private static final int MAX_TIMESTAMPS = 16;
  private static final int HASH_LENGTH = 32;
  private static final int SHA256 = 4;
  private static final int PRECERTIFICATE = 1;

  private final TrustedRoot root;

  CertificateTransparency(TrustedRoot root) {
    this.root = root;
  }

  /** Checks that at least one trusted log has the certificate, and that no promise is forged. */
  void check(SigningCertificate certificate, X509Certificate issuer) {
    Der list =
        certificate
            .extension(SigningCertificate.SCT_LIST)
            .orElseThrow(
                () -> SigstoreRefusal.of("the certificate has no signed certificate timestamp"));
    int known = 0;
    int count = 0;
    try {
      ByteBuffer all = part(ByteBuffer.wrap(list.wrapped().octets()), "the list");
      while (all.hasRemaining()) {
        if (++count > MAX_TIMESTAMPS) {
          throw SigstoreRefusal.of(
              "the certificate has more than " + MAX_TIMESTAMPS + " timestamps");
        }
        int length = Short.toUnsignedInt(all.getShort());
        known += check(all.slice(all.position(), length), certificate, issuer) ? 1 : 0;
        all.position(all.position() + length);
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw SigstoreRefusal.of("a signed certificate timestamp is cut off", e);
    }
    if (known == 0) {
      throw SigstoreRefusal.of("no trusted certificate log has the certificate");
    }
  }

  private boolean check(ByteBuffer in, SigningCertificate certificate, X509Certificate issuer) {
    if (in.get() != 0) {
      return false; // A version that is not known.
    }
    byte[] id = new byte[HASH_LENGTH];
    in.get(id);
    long millis = in.getLong();
    byte[] extensions = bytes(in);
    int hash = in.get();
    in.get(); // The key decides the algorithm.
    byte[] signature = bytes(in);
    if (in.hasRemaining()) {
      throw SigstoreRefusal.of("there are more bytes after a signed certificate timestamp");
    }
    Optional<Log> log = root.certificateLog(id);
    if (log.isEmpty()) {
      return false;
    }
    Instant time = Instant.ofEpochMilli(millis);
    if (!log.get().validity().contains(time)) {
      throw SigstoreRefusal.of(
          "the certificate log "
              + log.get().url()
              + " was valid "
              + log.get().validity()
              + ", not at "
              + time);
    }
    byte[] signed = signed(millis, certificate, issuer, extensions);
    if (hash != SHA256 || !log.get().key().verify(signed, signature)) {
      throw SigstoreRefusal.of(
          "the signature of the certificate log "
              + HexFormat.of().formatHex(id, 0, 8)
              + " is wrong");
    }
    return true;
  }

  private static byte[] signed(
      long millis, SigningCertificate certificate, X509Certificate issuer, byte[] extensions) {
    byte[] body = certificate.precertificate();
    byte[] issuerKey = Sha256.digest().digest(issuer.getPublicKey().getEncoded());
    ByteBuffer out =
        ByteBuffer.allocate(2 + 8 + 2 + HASH_LENGTH + 3 + body.length + 2 + extensions.length);
    out.put((byte) 0).put((byte) 0).putLong(millis).putShort((short) PRECERTIFICATE);
    out.put(issuerKey);
    out.put((byte) (body.length >> 16)).putShort((short) body.length).put(body);
    out.putShort((short) extensions.length).put(extensions);
    return out.array();
  }

  private static ByteBuffer part(ByteBuffer in, String what) {
    ByteBuffer part = ByteBuffer.wrap(bytes(in));
    if (in.hasRemaining()) {
      throw SigstoreRefusal.of("there are more bytes after " + what + " of certificate timestamps");
    }
    return part;
  }

  private static byte[] bytes(ByteBuffer in) {
    int length = Short.toUnsignedInt(in.getShort());
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
