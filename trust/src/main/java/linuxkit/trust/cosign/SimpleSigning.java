package linuxkit.trust.cosign;

import java.util.Base64;
import java.util.Map;
import java.util.Set;
import linuxkit.base.Printable;
import linuxkit.json.Json;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonNull;
import linuxkit.json.JsonObject;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.dsse.SignedFields;
import linuxkit.trust.keys.SigningKey;

/**
 * cosign's classic form: a payload that names repository and digest. Its signature is an annotation
 * of the layer that holds the payload.
 */
public final class SimpleSigning {
  /** The media type of a layer that holds a payload. */
  public static final String MEDIA_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";

  /** The annotation that has the signature in base64. */
  public static final String ANNOTATION = "dev.cosignproject.cosign/signature";

  /** The largest payload, in bytes. */
  public static final int MAX_PAYLOAD = 128 << 10;

  private static final String TYPE = "cosign container image signature";
  private static final Set<String> MEMBERS = Set.of("critical", "optional");
  private static final Set<String> CRITICAL = Set.of("identity", "image", "type");

  private SimpleSigning() {}

  /**
   * A payload and the annotations of its layer.
   *
   * @param payload not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Signed(byte[] payload, Map<String, String> annotations) {
    public Signed {
      annotations = Map.copyOf(annotations);
    }
  }

  /**
   * Signs a digest.
   *
   * @param repository full name without tag
   * @param digest {@code sha256:…} of an index or manifest
   */
  public static Signed sign(SigningKey key, String repository, String digest) {
    JsonObject critical =
        JsonObject.builder()
            .put("identity", Map.of("docker-reference", repository))
            .put("image", Map.of("docker-manifest-digest", digest))
            .put("type", TYPE)
            .build();
    // As cosign writes it, so that signing again gives the same payload.
    byte[] payload =
        JsonFormat.COMPACT.bytes(
            JsonObject.builder().put("critical", critical).put("optional", JsonNull.NULL).build());
    String signature = Base64.getEncoder().encodeToString(key.sign(payload));
    return new Signed(payload, Map.of(ANNOTATION, signature));
  }

  /**
   * Returns the digest that a payload is about, which is one of the subject's. To be called after
   * the signature of the payload was verified.
   *
   * @throws linuxkit.base.Failure if the payload is malformed or about something else
   */
  public static String digest(byte[] payload, SignedSubject subject) {
    JsonObject signed = SignedFields.object(Json.parse(payload, ""), "the payload");
    only(signed, MEMBERS);
    JsonObject critical = SignedFields.object(signed, "critical");
    // The signer demands that whoever does not know a member of "critical" refuses.
    only(critical, CRITICAL);
    JsonObject identity = SignedFields.object(critical, "identity");
    only(identity, Set.of("docker-reference"));
    JsonObject image = SignedFields.object(critical, "image");
    only(image, Set.of("docker-manifest-digest"));

    String type = SignedFields.string(critical, "type");
    if (!type.equals(TYPE)) {
      throw failure("the payload is of an unknown type: \"" + Printable.line(type) + '"');
    }
    String reference = SignedFields.string(identity, "docker-reference");
    if (!RepositoryName.of(reference).equals(RepositoryName.of(subject.repository()))) {
      throw failure(
          "the signature is for the repository \""
              + Printable.line(reference)
              + "\" instead of \""
              + subject.repository()
              + '"');
    }
    String digest = SignedFields.string(image, "docker-manifest-digest");
    if (!subject.digests().contains(digest)) {
      throw failure("the signature is of another image: " + Printable.line(digest));
    }
    return digest;
  }

  private static void only(JsonObject object, Set<String> known) {
    for (String name : object.members().keySet()) {
      if (!known.contains(name)) {
        throw failure("the payload has an unknown member \"" + Printable.line(name) + '"');
      }
    }
  }

  private static TrustFailure failure(String what) {
    return new TrustFailure(what, "", "");
  }
}
