package linuxkit.trust.cosign;

import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.Printable;
import linuxkit.trust.Authority;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Statement;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.Verdict;
import linuxkit.trust.dsse.Envelope;
import linuxkit.trust.dsse.SignedFields;
import linuxkit.trust.keys.VerificationKey;

/** The holder of a key. */
public final class KeyAuthority implements Authority {
  private static final int LONGEST_REASON = 400;
  private static final String SHA256 = "sha256";

  private final VerificationKey key;
  private final BundleCheck bundles;

  /** Checks Sigstore bundles with a key, which has more rules than an envelope alone. */
  @FunctionalInterface
  public interface BundleCheck {
    /** Checks a bundle; see {@link Authority#check}. */
    Verdict check(Evidence evidence, SignedSubject subject, VerificationKey key);
  }

  /**
   * @param bundles checks evidence of the form {@link Evidence.Form#SIGSTORE_BUNDLE}
   */
  public KeyAuthority(VerificationKey key, BundleCheck bundles) {
    this.key = key;
    this.bundles = bundles;
  }

  /** Returns the {@link Verdict.Accepted#signer} of all signatures by a key. */
  public static String signer(VerificationKey key) {
    return "key:" + key.keyId();
  }

  @Override
  public String identity() {
    return signer(key);
  }

  @Override
  public Verdict check(Evidence evidence, SignedSubject subject) {
    try {
      return switch (evidence.form()) {
        case SIMPLE_SIGNING -> simpleSigning(evidence, subject);
        case DSSE -> envelope(evidence, subject);
        case SIGSTORE_BUNDLE -> bundles.check(evidence, subject, key);
        case NOTARY_JWS, NOTARY_COSE ->
            new Verdict.Refused("a Notary Project signature is made by a certificate, not a key");
      };
    } catch (Failure e) {
      String reason = Printable.line(e.what());
      return new Verdict.Refused(
          reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + '…' : reason);
    }
  }

  private Verdict simpleSigning(Evidence evidence, SignedSubject subject) {
    byte[] payload = evidence.document();
    limit(payload, SimpleSigning.MAX_PAYLOAD, "the payload");
    String annotation = evidence.annotations().get(SimpleSigning.ANNOTATION);
    if (annotation == null) {
      return new Verdict.Refused("the layer has no annotation with a signature");
    }
    byte[] signature = SignedFields.base64(annotation, "the annotation with the signature");
    if (!key.verify(payload, signature)) {
      return wrong(List.of(signature));
    }
    return accepted(SimpleSigning.digest(payload, subject), Optional.empty());
  }

  private Verdict envelope(Evidence evidence, SignedSubject subject) {
    limit(evidence.document(), Evidence.MAX_DOCUMENT, "the envelope");
    Envelope envelope = Envelope.parse(evidence.document());
    if (!envelope.isSignedBy(key)) {
      return wrong(envelope.signatures());
    }
    Statement statement = envelope.statement();
    return subject.digests().stream()
        .filter(digest -> isSubject(statement, digest))
        .findFirst()
        .map(digest -> accepted(digest, Optional.of(statement)))
        .orElseGet(() -> new Verdict.Refused("the statement is about other images"));
  }

  private static boolean isSubject(Statement statement, String digest) {
    return statement.subjects().stream()
        .map(each -> each.digests().get(SHA256))
        .anyMatch(each -> each != null && digest.equals(SHA256 + ':' + each));
  }

  private Verdict accepted(String digest, Optional<Statement> statement) {
    return new Verdict.Accepted(
        signer(key), digest, statement, Optional.empty(), List.of(key.keyId()));
  }

  private Verdict wrong(List<byte[]> signatures) {
    Optional<String> fault = signatures.stream().findFirst().flatMap(key::fault);
    return new Verdict.Refused(
        fault
            .map(
                each -> "the signature is malformed for an " + key.type().title() + " key: " + each)
            .orElse("the signature is not by the " + key));
  }

  private static void limit(byte[] document, int most, String name) {
    if (document.length > most) {
      throw new TrustFailure(
          name + " has " + document.length + " bytes; at most " + most + " are read", "", "");
    }
  }
}
