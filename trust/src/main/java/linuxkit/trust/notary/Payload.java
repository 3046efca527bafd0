package linuxkit.trust.notary;

import java.util.Set;
import java.util.regex.Pattern;
import linuxkit.json.Json;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.trust.SignedSubject;

/** The content that is signed: the descriptor of an image. */
final class Payload {
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,17}");
  private static final Set<String> IMAGES =
      Set.of(
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.docker.distribution.manifest.v2+json");

  private Payload() {}

  /** Returns the digest that is signed, which must be one of the subject's. */
  static String digest(byte[] payload, SignedSubject subject) {
    JsonObject target = object(object(Json.parse(payload, "payload"), "targetArtifact"));
    String digest = string(target, "digest");
    if (!DIGEST.matcher(digest).matches()) {
      throw Refusal.of("what is signed has no valid SHA-256: " + Refusal.quote(digest));
    }
    if (!subject.digests().contains(digest)) {
      throw Refusal.of("the signature is of another image, " + digest);
    }
    String type = string(target, "mediaType");
    if (!IMAGES.contains(type)) {
      throw Refusal.of("what is signed is not an image, but " + Refusal.quote(type));
    }
    if (!(target.get("size").orElse(target) instanceof JsonNumber(String size))
        || !SIZE.matcher(size).matches()) {
      throw Refusal.of("what is signed has no valid size");
    }
    return digest;
  }

  private static JsonObject object(Json value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw Refusal.of("the payload does not describe an image");
  }

  private static Json object(Json value, String name) {
    return object(value).get(name).orElseThrow(() -> Refusal.of("the payload has no " + name));
  }

  private static String string(JsonObject from, String name) {
    if (from.get(name).orElse(from) instanceof JsonString(String text)) {
      return text;
    }
    throw Refusal.of("what is signed has no " + name);
  }
}
