package linuxkit.trust.cosign;

import java.util.List;
import java.util.Map;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.trust.Statement;
import linuxkit.trust.Statement.Subject;
import linuxkit.trust.dsse.Envelope;
import linuxkit.trust.keys.SigningKey;

/**
 * Writes Sigstore bundles, version 0.3, with a statement that a key signed. cosign 3 keeps such
 * bundles beside an image, as signatures and as attestations.
 */
public final class CosignBundle {
  /** The media type of a bundle, and the artifact type of the manifest that holds it. */
  public static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  private static final String SHA256 = "sha256:";

  private CosignBundle() {}

  /**
   * Signs digests.
   *
   * @param digests {@code sha256:…} of indexes or manifests
   */
  public static byte[] signature(SigningKey key, List<String> digests) {
    List<Subject> subjects =
        digests.stream()
            .map(digest -> new Subject("", Map.of("sha256", digest.substring(SHA256.length()))))
            .toList();
    return attestation(key, new Statement(subjects, Predicates.SIGNATURE, JsonObject.EMPTY));
  }

  /** Signs a statement with any predicate. */
  public static byte[] attestation(SigningKey key, Statement statement) {
    JsonObject material =
        JsonObject.builder().put("publicKey", Map.of("hint", key.verificationKey().hint())).build();
    return JsonFormat.COMPACT.bytes(
        JsonObject.builder()
            .put("mediaType", MEDIA_TYPE)
            .put("verificationMaterial", material)
            .put("dsseEnvelope", Envelope.sign(statement, key).json())
            .build());
  }

  /**
   * Returns the annotations of the manifest that holds a bundle, by which others find it without
   * reading it.
   */
  public static Map<String, String> annotations(String predicateType) {
    return Map.of(
        "dev.sigstore.bundle.content",
        "dsse-envelope",
        "dev.sigstore.bundle.predicateType",
        predicateType);
  }
}
