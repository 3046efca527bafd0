package linuxkit.trust.notary;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidParameterSpecException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import java.util.Set;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.keys.VerificationKey;

/**
 * The requirements on a chain of certificates, whoever trusts it ("Certificate Requirements" in the
 * specification): in order, from the signer to a root, without anything else.
 */
final class ChainRules {
  private static final int CERTIFICATE_SIGNING = 5;
  private static final String PSS = "RSASSA-PSS";
  private static final Set<String> HASHES = Set.of("SHA-256", "SHA-384", "SHA-512");
  private static final Set<String> ALGORITHMS =
      Set.of(
          "SHA256withRSA",
          "SHA384withRSA",
          "SHA512withRSA",
          "SHA256withECDSA",
          "SHA384withECDSA",
          "SHA512withECDSA",
          "Ed25519",
          "EdDSA");

  private ChainRules() {}

  static void check(List<X509Certificate> chain) {
    LeafRules.check(chain.getFirst());
    for (int i = 0; i < chain.size(); i++) {
      X509Certificate certificate = chain.get(i);
      checkAlgorithm(certificate);
      if (i > 0) {
        checkIssuer(certificate, i - 1);
      }
      if (i < chain.size() - 1) {
        checkIssued(certificate, chain.get(i + 1));
      } else {
        checkRoot(certificate);
      }
    }
  }

  private static void checkIssued(X509Certificate certificate, X509Certificate issuer) {
    if (NotaryCertificates.isSelfIssued(certificate)) {
      throw Refusal.of(
          NotaryCertificates.subject(certificate)
              + " is its own issuer, but not the end of the chain");
    }
    if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      throw Refusal.of(
          NotaryCertificates.subject(certificate)
              + " is not issued by "
              + NotaryCertificates.subject(issuer)
              + ", which follows it");
    }
    checkSignature(certificate, issuer);
  }

  private static void checkRoot(X509Certificate root) {
    if (!NotaryCertificates.isSelfIssued(root)) {
      throw Refusal.of("the chain ends without a root, at " + NotaryCertificates.subject(root));
    }
    checkSignature(root, root);
  }

  private static void checkSignature(X509Certificate certificate, X509Certificate issuer) {
    try {
      certificate.verify(key(issuer).publicKey());
    } catch (GeneralSecurityException _) {
      throw Refusal.of(
          "the signature of the certificate "
              + NotaryCertificates.subject(certificate)
              + " is wrong");
    }
  }

  private static void checkIssuer(X509Certificate certificate, int below) {
    int most = certificate.getBasicConstraints();
    if (most < 0) {
      throw Refusal.of(
          NotaryCertificates.subject(certificate) + " issues certificates, but is not a CA");
    }
    if (!NotaryCertificates.hasCriticalConstraints(certificate)) {
      throw Refusal.of(NotaryCertificates.subject(certificate) + " is a CA, but not critically so");
    }
    if (most < below) {
      throw Refusal.of(
          NotaryCertificates.subject(certificate)
              + " allows "
              + most
              + " CAs below it, not "
              + below);
    }
    if (!NotaryCertificates.hasCriticalKeyUsage(certificate)
        || !NotaryCertificates.mayBeUsed(certificate, CERTIFICATE_SIGNING)) {
      throw Refusal.of(
          NotaryCertificates.subject(certificate) + " is not for signing certificates");
    }
  }

  /** Checks how a certificate is signed. */
  static void checkAlgorithm(X509Certificate certificate) {
    String algorithm = certificate.getSigAlgName();
    if (!(algorithm.equals(PSS) ? isStrongPss(certificate) : ALGORITHMS.contains(algorithm))) {
      throw Refusal.of(
          "the certificate "
              + NotaryCertificates.subject(certificate)
              + " is signed with "
              + Refusal.quote(algorithm));
    }
  }

  private static boolean isStrongPss(X509Certificate certificate) {
    byte[] encoded = certificate.getSigAlgParams();
    if (encoded == null) {
      return false; // The defaults have SHA-1.
    }
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance(PSS);
      parameters.init(encoded);
      PSSParameterSpec pss = parameters.getParameterSpec(PSSParameterSpec.class);
      return HASHES.contains(pss.getDigestAlgorithm())
          && pss.getMGFParameters() instanceof MGF1ParameterSpec mgf
          && HASHES.contains(mgf.getDigestAlgorithm());
    } catch (IOException | InvalidParameterSpecException _) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + PSS, e);
    }
  }

  /** Returns the key of a certificate if it is strong enough. */
  static VerificationKey key(X509Certificate certificate) {
    try {
      return VerificationKey.of(certificate, "");
    } catch (TrustFailure weak) {
      throw Refusal.of(
          "the key of " + NotaryCertificates.subject(certificate) + ": " + weak.what());
    }
  }
}
