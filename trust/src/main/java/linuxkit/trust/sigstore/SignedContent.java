package linuxkit.trust.sigstore;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Sha256;
import linuxkit.json.JsonFailure;
import linuxkit.trust.Statement;
import linuxkit.trust.dsse.Envelope;
import linuxkit.trust.keys.VerificationKey;
import linuxkit.trust.sigstore.Bundle.Content;
import linuxkit.trust.sigstore.Bundle.Enveloped;
import linuxkit.trust.sigstore.Bundle.Message;

/**
 * A signature that is right.
 *
 * @param subject the digest of the artefact
 * @param digest the SHA-256 of what was signed: the artefact or an encoded envelope
 * @param key the key that signed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SignedContent(
    String subject, byte[] digest, Optional<Statement> statement, VerificationKey key) {
  private static final String SHA256 = "SHA2_256";
  private static final String PREFIX = "sha256:";

  /** Checks that a key signed the artefact, or a statement about it. */
  static SignedContent check(Content content, VerificationKey key, Artifact artifact) {
    return switch (content) {
      case Message message -> message(message, key, artifact);
      case Enveloped(Envelope envelope) -> envelope(envelope, key, artifact);
    };
  }

  private static SignedContent message(Message message, VerificationKey key, Artifact artifact) {
    if (!message.algorithm().isEmpty() && !message.algorithm().equals(SHA256)) {
      checkOther(message, artifact);
    }
    for (String subject : artifact.digests()) {
      byte[] digest = HexFormat.of().parseHex(subject.substring(PREFIX.length()));
      boolean stated = message.algorithm().equals(SHA256);
      if (stated && !Arrays.equals(message.digest(), digest)) {
        continue;
      }
      if (key.verifySha256(digest, message.signature())
          || artifact
              .content()
              .map(bytes -> key.verify(bytes, message.signature()))
              .orElse(false)) {
        return new SignedContent(subject, digest, Optional.empty(), key);
      }
      if (stated) {
        throw SigstoreRefusal.of("the signature is wrong");
      }
    }
    throw SigstoreRefusal.of(
        message.algorithm().equals(SHA256)
            ? "the bundle is of another file, sha256:" + HexFormat.of().formatHex(message.digest())
            : "the signature is wrong");
  }

  /** Checks a digest in the bundle that is not a SHA-256, for which the file is needed. */
  private static void checkOther(Message message, Artifact artifact) {
    String algorithm =
        switch (message.algorithm()) {
          case "SHA2_384" -> "SHA-384";
          case "SHA2_512" -> "SHA-512";
          default -> throw SigstoreRefusal.of("unknown kind of digest: " + message.algorithm());
        };
    byte[] content =
        artifact
            .content()
            .orElseThrow(
                () ->
                    SigstoreRefusal.of(
                        "the bundle has a " + algorithm + ", for which a file is needed"));
    try {
      if (!Arrays.equals(MessageDigest.getInstance(algorithm).digest(content), message.digest())) {
        throw SigstoreRefusal.of("the bundle is of another file");
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  private static SignedContent envelope(Envelope envelope, VerificationKey key, Artifact artifact) {
    if (!envelope.isSignedBy(key)) {
      throw SigstoreRefusal.of("the signature of the envelope is wrong");
    }
    Statement statement = statement(envelope);
    for (Statement.Subject subject : statement.subjects()) {
      String digest = PREFIX + subject.digests().getOrDefault("sha256", "");
      if (artifact.digests().contains(digest)) {
        return new SignedContent(
            digest, Sha256.digest().digest(envelope.signedBytes()), Optional.of(statement), key);
      }
    }
    throw SigstoreRefusal.of(
        "the statement is not about " + String.join(" or ", artifact.digests()));
  }

  private static Statement statement(Envelope envelope) {
    try {
      return envelope.statement();
    } catch (JsonFailure e) {
      throw SigstoreRefusal.of("the statement is not JSON", e);
    }
  }

  VerifiedBundle by(String signer, List<Instant> times) {
    return new VerifiedBundle(signer, subject, statement, times, key.keyId());
  }
}
