package linuxkit.trust.sigstore;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import linuxkit.base.Printable;
import linuxkit.base.Sha256;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.der.DerWriter;
import linuxkit.trust.keys.VerificationKey;

/**
 * The keys and certificates of a Sigstore instance that its users trust ({@code
 * trusted_root.json}), each with the period in which it was used.
 */
public final class TrustedRoot {
  private static final int MAX_SIZE = 1 << 20;
  private static final int MAX_ELEMENTS = 64;
  private static final String RSA = "1.2.840.113549.1.1.1";
  private static final Set<String> MEDIA_TYPES =
      Set.of(
          "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
          "application/vnd.dev.sigstore.trustedroot.v0.1+json",
          "application/vnd.dev.sigstore.trustedroot.v0.2+json");

  private final String digest;
  private final List<Log> logs;
  private final List<Log> certificateLogs;
  private final List<CertificateAuthority> authorities;
  private final List<CertificateAuthority> timestampAuthorities;

  private TrustedRoot(ProtoFields root, String digest) {
    this.digest = digest;
    if (!MEDIA_TYPES.contains(root.text("mediaType"))) {
      throw SigstoreRefusal.of("unknown media type of a trusted root: " + root.text("mediaType"));
    }
    logs = logs(root, "tlogs");
    certificateLogs = logs(root, "ctlogs");
    authorities = authorities(root, "certificateAuthorities");
    timestampAuthorities = authorities(root, "timestampAuthorities");
  }

  /**
   * Reads a trusted root. Members that this program does not know are ignored, keys of unknown
   * kinds are not used.
   *
   * @param where the name of the file, for the failure
   * @throws TrustFailure if it is malformed, or if a key in it has no start of its validity
   */
  public static TrustedRoot parse(byte[] document, String where) {
    String hint = "take the trusted_root.json of the Sigstore instance that signs";
    try {
      if (document.length > MAX_SIZE) {
        throw SigstoreRefusal.of("the trusted root is larger than " + MAX_SIZE + " bytes");
      }
      return new TrustedRoot(ProtoFields.parse(document, "trusted root"), Sha256.hex(document));
    } catch (TrustFailure e) {
      throw new TrustFailure(e.what(), Printable.line(where), hint, e);
    }
  }

  private static List<Log> logs(ProtoFields root, String name) {
    List<Log> logs = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (ProtoFields each : root.objects(name, MAX_ELEMENTS)) {
      ProtoFields key = each.object("publicKey");
      Validity validity = Validity.of(key.object("validFor"));
      String kind = key.optionalText("keyDetails").orElse("");
      if (!kind.startsWith("PKIX_") && !kind.startsWith("PKCS1_")) {
        continue;
      }
      Log log =
          new Log(
              each.text("baseUrl"),
              each.object("logId").bytes("keyId"),
              key(key.bytes("rawBytes"), kind, key.path()),
              validity);
      if (!ids.add(log.hexId())) {
        throw SigstoreRefusal.of(each.path() + " has the identifier of another log");
      }
      logs.add(log);
    }
    return logs;
  }

  private static VerificationKey key(byte[] bytes, String kind, String path) {
    byte[] der =
        kind.startsWith("PKCS1_")
            ? DerWriter.sequence(
                DerWriter.sequence(DerWriter.oid(RSA), DerWriter.nul()), DerWriter.bits(bytes))
            : bytes;
    return VerificationKey.parse(der, path);
  }

  private static List<CertificateAuthority> authorities(ProtoFields root, String name) {
    List<CertificateAuthority> authorities = new ArrayList<>();
    for (ProtoFields each : root.objects(name, MAX_ELEMENTS)) {
      List<X509Certificate> chain = new ArrayList<>();
      for (ProtoFields certificate :
          each.object("certChain").objects("certificates", BundleReader.MAX_CHAIN)) {
        chain.add(Certificates.read(certificate.bytes("rawBytes")));
      }
      if (chain.isEmpty()) {
        throw SigstoreRefusal.of(each.path() + " has no certificates");
      }
      authorities.add(new CertificateAuthority(chain, Validity.of(each.object("validFor"))));
    }
    return authorities;
  }

  /** Returns the SHA-256 of the document in 64 lower-case hexadecimal digits. */
  public String digest() {
    return digest;
  }

  Optional<Log> log(byte[] id) {
    return find(logs, id);
  }

  Optional<Log> certificateLog(byte[] id) {
    return find(certificateLogs, id);
  }

  private static Optional<Log> find(List<Log> logs, byte[] id) {
    return logs.stream().filter(log -> Arrays.equals(log.id(), id)).findFirst();
  }

  List<CertificateAuthority> authorities() {
    return authorities;
  }

  List<CertificateAuthority> timestampAuthorities() {
    return timestampAuthorities;
  }
}
