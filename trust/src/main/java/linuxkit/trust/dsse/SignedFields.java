package linuxkit.trust.dsse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.trust.TrustFailure;

/** Reads the members of documents about trust, and refuses what is not of the expected kind. */
public final class SignedFields {
  private SignedFields() {}

  public static JsonObject object(Json value, String name) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw failure(name + " is not an object");
  }

  public static JsonObject object(JsonObject in, String name) {
    return object(required(in, name), '"' + name + '"');
  }

  public static JsonArray array(JsonObject in, String name) {
    if (required(in, name) instanceof JsonArray array) {
      return array;
    }
    throw failure('"' + name + "\" is not a list");
  }

  public static String string(JsonObject in, String name) {
    if (required(in, name) instanceof JsonString string) {
      return string.value();
    }
    throw failure('"' + name + "\" is not a string");
  }

  /** Returns a string that may be missing. */
  public static Optional<String> optionalString(JsonObject in, String name) {
    return in.get(name).isEmpty() ? Optional.empty() : Optional.of(string(in, name));
  }

  /** Decodes base64 (RFC 4648, section 4) in its only form: padded, without spaces. */
  public static byte[] base64(JsonObject in, String name) {
    return base64(string(in, name), '"' + name + '"');
  }

  /**
   * Decodes base64 in its only form.
   *
   * @param name what it is, for the failure
   */
  public static byte[] base64(String text, String name) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      byte[] again = Base64.getEncoder().encode(bytes);
      if (Arrays.equals(again, text.getBytes(UTF_8))) {
        return bytes;
      }
    } catch (IllegalArgumentException _) {
      // The failure below says enough.
    }
    throw failure(name + " is not base64");
  }

  private static Json required(JsonObject in, String name) {
    return in.get(name).orElseThrow(() -> failure('"' + name + "\" is missing"));
  }

  private static TrustFailure failure(String what) {
    return new TrustFailure(what, "", "");
  }
}
