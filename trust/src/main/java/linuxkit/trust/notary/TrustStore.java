package linuxkit.trust.notary;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.base.Printable;
import linuxkit.trust.TrustFailure;

/** Certificates that are trusted. A chain is trusted if one of its certificates is in the store. */
public final class TrustStore {
  /** A store that trusts nobody. */
  public static final TrustStore EMPTY = new TrustStore(new TreeMap<>());

  /** The largest file of certificates, in bytes. */
  public static final int MAX_FILE = 1 << 20;

  private static final int MAX_CERTIFICATES = 64;
  private static final String BOUNDARY = "-----";
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN CERTIFICATE-----[ \\t]*\\R([A-Za-z0-9+/=\\s]*+)-----END CERTIFICATE-----");
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private final SortedMap<String, X509Certificate> certificates;

  private TrustStore(SortedMap<String, X509Certificate> certificates) {
    this.certificates = certificates;
  }

  /**
   * Reads certificates in PEM, with any text between them, or one in DER. Each must be that of a CA
   * or a signer's that has no other issuer.
   *
   * @param where the name of the file, for the failure
   * @throws TrustFailure if there is anything else in the file
   */
  public static TrustStore parse(byte[] file, String where) {
    if (file.length > MAX_FILE) {
      throw failure("the file is larger than " + (MAX_FILE >> 10) + " KiB", where);
    }
    List<byte[]> blocks = blocks(file, where);
    if (blocks.size() > MAX_CERTIFICATES) {
      throw failure("there are more than " + MAX_CERTIFICATES + " certificates", where);
    }
    SortedMap<String, X509Certificate> certificates = new TreeMap<>();
    for (byte[] block : blocks) {
      X509Certificate certificate = read(block, where);
      if (certificate.getBasicConstraints() < 0 && !NotaryCertificates.isSelfIssued(certificate)) {
        throw failure(
            "the certificate "
                + NotaryCertificates.subject(certificate)
                + " is neither that of a CA nor its own issuer",
            where);
      }
      certificates.put(NotaryCertificates.fingerprint(certificate), certificate);
    }
    return new TrustStore(certificates);
  }

  private static List<byte[]> blocks(byte[] file, String where) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    if (!text.contains(BOUNDARY)) {
      return List.of(file);
    }
    List<byte[]> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    int end = 0;
    while (block.find()) {
      refuseBoundary(text.substring(end, block.start()), where);
      end = block.end();
      blocks.add(decode(block.group(1), where));
    }
    refuseBoundary(text.substring(end), where);
    return blocks;
  }

  private static void refuseBoundary(String between, String where) {
    if (between.contains(BOUNDARY)) {
      throw failure("there is a PEM block that is not a certificate, or is malformed", where);
    }
  }

  private static byte[] decode(String base64, String where) {
    try {
      return Base64.getDecoder().decode(SPACE.matcher(base64).replaceAll(""));
    } catch (IllegalArgumentException _) {
      throw failure("a PEM block is not valid base64", where);
    }
  }

  private static X509Certificate read(byte[] der, String where) {
    try {
      return NotaryCertificates.read(der);
    } catch (TrustFailure refused) {
      throw failure(refused.what(), where);
    }
  }

  /** Returns whether a certificate of the chain is trusted. */
  boolean trusts(List<X509Certificate> chain) {
    return chain.stream().anyMatch(this::contains);
  }

  /** Returns whether another store has one of these certificates. */
  public boolean overlaps(TrustStore other) {
    return certificates.values().stream().anyMatch(other::contains);
  }

  boolean contains(X509Certificate certificate) {
    return certificates.containsKey(NotaryCertificates.fingerprint(certificate));
  }

  List<X509Certificate> certificates() {
    return List.copyOf(certificates.values());
  }

  boolean isEmpty() {
    return certificates.isEmpty();
  }

  /** Returns the certificates' SHA-256, in a fixed order. */
  String identity() {
    return String.join(" ", certificates.keySet());
  }

  private static TrustFailure failure(String what, String where) {
    return new TrustFailure(
        what, Printable.line(where), "use the certificates of CAs, as PEM blocks \"CERTIFICATE\"");
  }
}
