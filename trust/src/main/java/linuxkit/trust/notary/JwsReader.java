package linuxkit.trust.notary;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;

/** Reads the flattened JSON form of a JSON Web Signature (RFC 7515, section 7.2.2). */
final class JwsReader {
  private static final Set<String> MEMBERS = Set.of("payload", "protected", "header", "signature");
  private static final Set<String> REGISTERED = Set.of("alg", "cty", "crit");
  private static final String CHAIN = "x5c";
  private static final Pattern TIME =
      Pattern.compile(
          "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})");

  private JwsReader() {}

  static NotaryEnvelope read(byte[] document) {
    JsonObject envelope = object(Json.parse(document, "envelope"), "the envelope");
    if (envelope.get("signatures").isPresent()) {
      throw Refusal.of("the envelope has a list of signatures where one is allowed");
    }
    for (String name : envelope.members().keySet()) {
      if (!MEMBERS.contains(name)) {
        throw Refusal.of("the envelope has the unknown member " + Refusal.quote(name));
      }
    }
    String protectedText = text(envelope, "protected");
    String payloadText = text(envelope, "payload");
    JsonObject header =
        object(Json.parse(url(protectedText, "protected"), "protected header"), "protected");
    JsonObject unprotected =
        object(
            envelope.get("header").orElseThrow(() -> Refusal.of("the member header is missing")),
            "header");
    checkDisjoint(header, unprotected);
    return new NotaryEnvelope(
        SignedAttributes.of(protectedHeader(header)),
        chain(unprotected),
        unprotected
            .get(ProtectedHeader.TIMESTAMP)
            .map(token -> standard(string(token, ProtectedHeader.TIMESTAMP), "the timestamp")),
        url(payloadText, "payload"),
        (protectedText + '.' + payloadText).getBytes(StandardCharsets.US_ASCII),
        url(text(envelope, "signature"), "signature"));
  }

  private static void checkDisjoint(JsonObject header, JsonObject unprotected) {
    for (String name : unprotected.members().keySet()) {
      if (header.get(name).isPresent()) {
        throw Refusal.of(
            "the header " + Refusal.quote(name) + " is both protected and unprotected");
      }
      if (REGISTERED.contains(name)
          || name.equals(ProtectedHeader.SCHEME)
          || ProtectedHeader.TIMES.contains(name)) {
        throw Refusal.of("the header " + name + " is not protected by the signature");
      }
    }
  }

  private static ProtectedHeader protectedHeader(JsonObject header) {
    Set<String> names = new HashSet<>(header.members().keySet());
    names.removeAll(REGISTERED);
    Map<String, String> texts = new HashMap<>();
    Map<String, Instant> times = new HashMap<>();
    header
        .members()
        .forEach(
            (name, value) -> {
              if (ProtectedHeader.TIMES.contains(name)) {
                times.put(name, time(string(value, name), name));
              } else if (value instanceof JsonString(String text)) {
                texts.put(name, text);
              }
            });
    return new ProtectedHeader(
        text(header, "alg"), text(header, "cty"), critical(header), names, texts, times);
  }

  private static List<String> critical(JsonObject header) {
    List<String> critical = strings(header, "crit", ProtectedHeader.MAX_CRITICAL);
    if (critical.isEmpty()) {
      throw Refusal.of("crit is empty");
    }
    return critical;
  }

  private static List<byte[]> chain(JsonObject unprotected) {
    if (unprotected.get(CHAIN).orElse(JsonObject.EMPTY) instanceof JsonArray certificates) {
      NotaryEnvelope.checkLength(certificates.elements().size());
    }
    return strings(unprotected, CHAIN, NotaryEnvelope.MAX_CHAIN).stream()
        .map(certificate -> standard(certificate, "a certificate"))
        .toList();
  }

  private static List<String> strings(JsonObject from, String name, int most) {
    Json value = from.get(name).orElseThrow(() -> Refusal.of("the header has no " + name));
    if (!(value instanceof JsonArray array) || array.elements().size() > most) {
      throw Refusal.of(name + " is not a list of at most " + most + " strings");
    }
    List<String> strings = new ArrayList<>();
    array.elements().forEach(element -> strings.add(string(element, name)));
    return strings;
  }

  private static Instant time(String text, String name) {
    if (TIME.matcher(text).matches()) {
      try {
        return OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeException _) {
        // Reported below, like other forms.
      }
    }
    throw Refusal.of(name + " is not a time: " + Refusal.quote(text));
  }

  private static JsonObject object(Json value, String name) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw Refusal.of(name + " is not a JSON object");
  }

  private static String text(JsonObject from, String name) {
    Optional<Json> value = from.get(name);
    return string(value.orElseThrow(() -> Refusal.of("the member " + name + " is missing")), name);
  }

  private static String string(Json value, String name) {
    if (value instanceof JsonString(String text)) {
      return text;
    }
    throw Refusal.of(name + " is not a string");
  }

  private static byte[] url(String text, String name) {
    return decode(
        Base64.getUrlDecoder(), Base64.getUrlEncoder().withoutPadding(), text, name + " is");
  }

  private static byte[] standard(String text, String what) {
    return decode(Base64.getDecoder(), Base64.getEncoder(), text, what + " is");
  }

  /** Decodes base64 in the one form that the bytes have: the JDK is lenient about its end. */
  private static byte[] decode(
      Base64.Decoder decoder, Base64.Encoder encoder, String text, String subject) {
    try {
      byte[] bytes = decoder.decode(text);
      if (encoder.encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException _) {
      // Reported below.
    }
    throw Refusal.of(subject + " not valid base64");
  }
}
