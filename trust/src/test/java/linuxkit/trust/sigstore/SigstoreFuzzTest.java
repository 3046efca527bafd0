package linuxkit.trust.sigstore;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.timestamp.TimestampToken;

/** Whatever is in a document, it is refused with a reason. */
class SigstoreFuzzTest {
  private static final SigstoreVerifier VERIFIER = verifier();

  private static SigstoreVerifier verifier() {
    try {
      Path root = Conformance.root().resolve("public-good.trusted_root.json");
      return new SigstoreVerifier(
          TrustedRoot.parse(Files.readAllBytes(root), "root"), InstantSource.system());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @FuzzTest
  void bundle(byte[] document) {
    try {
      VERIFIER.keyless(
          document,
          Artifact.of(new byte[0]),
          KeylessIdentity.exact("https://issuer.example", "subject"));
      throw new AssertionError("accepted");
    } catch (TrustFailure _) {
      // Refused.
    }
  }

  @FuzzTest
  void checkpoint(byte[] note) {
    try {
      Checkpoint.parse(new String(note, StandardCharsets.UTF_8));
    } catch (TrustFailure _) {
      // Refused.
    }
  }

  @FuzzTest
  void timestamp(byte[] response) {
    try {
      TimestampToken.parse(response).checkIsOf(response);
    } catch (TrustFailure _) {
      // Refused.
    }
  }

  @FuzzTest
  void certificate(byte[] der) {
    try {
      SigningCertificate certificate = SigningCertificate.parse(der);
      certificate.checkPurpose();
      certificate.identity();
      certificate.precertificate();
    } catch (TrustFailure _) {
      // Refused.
    }
  }

  @FuzzTest
  void trustedRoot(byte[] document) {
    try {
      TrustedRoot.parse(document, "root");
    } catch (TrustFailure _) {
      // Refused.
    }
  }
}
