package linuxkit.trust.notary;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/** The requirements on the certificate of a signer ("Leaf Certificates" in the specification). */
final class LeafRules {
  private static final int DIGITAL_SIGNATURE = 0;

  // "nonRepudiation" is the only other bit that the specification does not exclude.
  private static final Map<Integer, String> FORBIDDEN =
      Map.of(
          2, "keyEncipherment",
          3, "dataEncipherment",
          4, "keyAgreement",
          5, "keyCertSign",
          6, "cRLSign",
          7, "encipherOnly",
          8, "decipherOnly");

  private static final String TIMESTAMPS = "1.3.6.1.5.5.7.3.8";
  private static final Map<String, String> OTHER_PURPOSES =
      Map.of(
          "2.5.29.37.0",
          "any purpose",
          "1.3.6.1.5.5.7.3.1",
          "servers",
          "1.3.6.1.5.5.7.3.2",
          "clients",
          "1.3.6.1.5.5.7.3.4",
          "mail",
          TIMESTAMPS,
          "timestamps",
          "1.3.6.1.5.5.7.3.9",
          "OCSP responses");

  private LeafRules() {}

  /** Checks the certificate of a time stamp authority, which is for nothing else. */
  static void checkTimestamper(X509Certificate leaf) {
    if (leaf.getBasicConstraints() >= 0
        || !NotaryCertificates.mayBeUsed(leaf, DIGITAL_SIGNATURE)
        || !NotaryCertificates.purposes(leaf).equals(List.of(TIMESTAMPS))) {
      throw Refusal.of(
          "the certificate " + NotaryCertificates.subject(leaf) + " is not for timestamps alone");
    }
  }

  static void check(X509Certificate leaf) {
    if (leaf.getBasicConstraints() >= 0) {
      throw Refusal.of("the signer's certificate is that of a CA");
    }
    if (!NotaryCertificates.hasCriticalKeyUsage(leaf)) {
      throw Refusal.of("the signer's certificate has no critical key usage");
    }
    if (!NotaryCertificates.mayBeUsed(leaf, DIGITAL_SIGNATURE)) {
      throw Refusal.of("the signer's certificate is not for digital signatures");
    }
    FORBIDDEN.keySet().stream()
        .filter(bit -> NotaryCertificates.mayBeUsed(leaf, bit))
        .sorted()
        .findFirst()
        .ifPresent(
            bit -> {
              throw Refusal.of("the signer's certificate is also for " + FORBIDDEN.get(bit));
            });
    List<String> purposes = NotaryCertificates.purposes(leaf);
    for (String purpose : purposes) {
      String other = OTHER_PURPOSES.get(purpose);
      if (other != null) {
        throw Refusal.of("the signer's certificate is for " + other);
      }
    }
  }
}
