package linuxkit.trust.sigstore;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.trust.der.Der;
import linuxkit.trust.der.DerWriter;
import linuxkit.trust.der.Tag;
import linuxkit.trust.keys.VerificationKey;

/** The certificate of a short-lived key, as Fulcio issues them: who held the key. */
final class SigningCertificate {
  static final String SCT_LIST = "1.3.6.1.4.1.11129.2.4.2";
  private static final String ALTERNATIVE_NAME = "2.5.29.17";
  private static final String ISSUER = "1.3.6.1.4.1.57264.1.8";
  private static final String OLD_ISSUER = "1.3.6.1.4.1.57264.1.1";
  private static final String USER_NAME = "1.3.6.1.4.1.57264.1.7";
  private static final int EMAIL = Tag.contextPrimitive(1);
  private static final int URI = Tag.contextPrimitive(6);
  private static final int OTHER_NAME = Tag.context(0);
  private static final int EXTENSIONS = Tag.context(3);

  /** A subject, and the issuer of the tokens that vouched for it. */
  record Identity(String issuer, String subject) {
    @Override
    public String toString() {
      return subject + " (" + issuer + ")";
    }
  }

  private final byte[] encoded;
  private final X509Certificate x509;
  private final List<Der> body;
  private final Map<String, Der> extensions;

  private SigningCertificate(byte[] encoded) {
    this.encoded = encoded;
    x509 = Certificates.read(encoded);
    body = Der.parse(encoded).children().getFirst().sequence(7);
    extensions = extensions(body.getLast());
  }

  static SigningCertificate parse(byte[] der) {
    return new SigningCertificate(der);
  }

  /** Returns the content of each extension by its identifier. */
  private static Map<String, Der> extensions(Der last) {
    if (!last.is(EXTENSIONS)) {
      throw SigstoreRefusal.of("the certificate has no extensions");
    }
    Map<String, Der> extensions = new LinkedHashMap<>();
    for (Der extension : last.only().sequence(1)) {
      List<Der> fields = extension.sequence(2);
      String oid = fields.getFirst().oid();
      if (extensions.put(oid, fields.getLast().as(Tag.OCTET_STRING)) != null) {
        throw SigstoreRefusal.of("the certificate has the extension " + oid + " twice");
      }
    }
    return extensions;
  }

  byte[] encoded() {
    return encoded;
  }

  X509Certificate x509() {
    return x509;
  }

  VerificationKey key() {
    return VerificationKey.of(x509, "the certificate");
  }

  Optional<Der> extension(String oid) {
    return Optional.ofNullable(extensions.get(oid));
  }

  /** Checks that the certificate is one for signing code, and not one that issues others. */
  void checkPurpose() {
    try {
      List<String> purposes = x509.getExtendedKeyUsage();
      if (purposes == null || !purposes.contains(CertificateAuthority.CODE_SIGNING)) {
        throw SigstoreRefusal.of("the certificate is not for code signing");
      }
    } catch (CertificateParsingException e) {
      throw SigstoreRefusal.of("the certificate's purposes are malformed", e);
    }
    boolean[] usage = x509.getKeyUsage();
    if (usage == null || !usage[0]) {
      throw SigstoreRefusal.of("the certificate's key is not for digital signatures");
    }
    if (x509.getBasicConstraints() >= 0) {
      throw SigstoreRefusal.of("the certificate is that of an authority");
    }
  }

  /** Returns the part of the certificate that a log of certificates signed: without its promise. */
  byte[] precertificate() {
    List<byte[]> kept = new ArrayList<>();
    for (Der extension : body.getLast().only().children()) {
      if (!extension.children().getFirst().oid().equals(SCT_LIST)) {
        kept.add(extension.encoded());
      }
    }
    List<byte[]> fields = new ArrayList<>();
    body.subList(0, body.size() - 1).forEach(field -> fields.add(field.encoded()));
    fields.add(DerWriter.value(EXTENSIONS, DerWriter.sequence(kept)));
    return DerWriter.sequence(fields);
  }

  /** Returns who held the key. */
  Identity identity() {
    return new Identity(issuer(), subject());
  }

  private String issuer() {
    Optional<String> issuer = extension(ISSUER).map(value -> value.wrapped().utf8());
    Optional<String> old = extension(OLD_ISSUER).map(value -> raw(value.content()));
    if (issuer.isPresent() && old.isPresent() && !issuer.equals(old)) {
      throw SigstoreRefusal.of("the certificate names two issuers of the identity");
    }
    return clean(
        issuer
            .or(() -> old)
            .orElseThrow(
                () -> SigstoreRefusal.of("the certificate names no issuer of the identity")),
        "issuer");
  }

  private String subject() {
    List<Der> names =
        extension(ALTERNATIVE_NAME)
            .orElseThrow(
                () -> SigstoreRefusal.of("the certificate has no subject alternative name"))
            .wrapped()
            .sequence(1);
    if (names.size() != 1) {
      throw SigstoreRefusal.of("the certificate has more than one subject alternative name");
    }
    Der name = names.getFirst();
    if (name.is(EMAIL) || name.is(URI)) {
      return clean(name.ascii(), "subject");
    }
    if (!name.is(OTHER_NAME)) {
      throw SigstoreRefusal.of(
          "the certificate's subject is not a URI, an e-mail address or a user name");
    }
    List<Der> fields = name.children();
    if (fields.size() != 2 || !fields.getFirst().oid().equals(USER_NAME)) {
      throw SigstoreRefusal.of(
          "the certificate's subject is not a URI, an e-mail address or a user name");
    }
    return clean(fields.getLast().as(Tag.context(0)).only().utf8(), "subject");
  }

  private static String raw(byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw SigstoreRefusal.of("the issuer of the identity is not UTF-8", e);
    }
  }

  private static String clean(String name, String what) {
    if (name.isBlank() || name.codePoints().anyMatch(Character::isISOControl)) {
      throw SigstoreRefusal.of(
          "the " + what + " of the identity contains control characters or is empty");
    }
    return name;
  }
}
