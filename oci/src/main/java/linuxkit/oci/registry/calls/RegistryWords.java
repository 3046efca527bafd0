package linuxkit.oci.registry.calls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.http.Response;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;

/**
 * The message of a registry that refuses a request (OCI distribution specification, "Error Codes").
 * It is a stranger's text: only the first message counts, without characters that cannot be
 * printed, cut to 256 bytes, and marked as the registry's words.
 */
final class RegistryWords {
  private static final int MAX_DOCUMENT = 1 << 16;
  private static final int LONGEST = 256;
  // These say what the failure says itself.
  private static final List<String> USUAL =
      List.of(
          "manifest unknown",
          "manifest unknown to registry",
          "repository name not known to registry",
          "authentication required",
          "unauthorized",
          "requested access to the resource is denied");

  private RegistryWords() {}

  /**
   * Returns the message of a response; empty if it is not an error of a registry, or says nothing.
   *
   * @param authorization of the request, which must not get into a failure by way of the registry
   */
  static Optional<String> of(Response response, Optional<String> authorization) {
    if (response.foreign()) {
      return Optional.empty();
    }
    try {
      return response
          .content(MAX_DOCUMENT)
          .flatMap(RegistryWords::message)
          .map(RegistryWords::printable)
          .filter(text -> !text.isEmpty() && !USUAL.contains(text.toLowerCase(Locale.ROOT)))
          .filter(text -> authorization.isEmpty() || !holdsSecret(text, authorization.get()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Appends a message to what a failure says. */
  static String append(String what, Optional<String> words) {
    return what + words.map(text -> "; the registry says: \"" + text + "\"").orElse("");
  }

  private static Optional<String> message(byte[] content) {
    try {
      return Json.parse(content, "the registry's answer") instanceof JsonObject answer
              && answer.get("errors").orElse(null) instanceof JsonArray errors
              && !errors.elements().isEmpty()
              && errors.elements().getFirst() instanceof JsonObject first
          ? text(first, "message").or(() -> text(first, "code"))
          : Optional.empty();
    } catch (Failure e) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonObject object, String name) {
    return object.get(name).orElse(null) instanceof JsonString text && !text.value().isBlank()
        ? Optional.of(text.value())
        : Optional.empty();
  }

  private static String printable(String text) {
    StringBuilder out = new StringBuilder();
    int bytes = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      String shown = isPrintable(c) ? Character.toString(c == '"' ? '\'' : c) : " ";
      bytes += shown.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > LONGEST) {
        break;
      }
      out.append(shown);
    }
    return out.toString().strip();
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static boolean holdsSecret(String text, String authorization) {
    String secret = authorization.substring(authorization.indexOf(' ') + 1);
    return text.contains(secret) || text.contains(password(secret));
  }

  private static String password(String secret) {
    try {
      String login = new String(Base64.getDecoder().decode(secret), StandardCharsets.UTF_8);
      String password = login.substring(login.indexOf(':') + 1);
      return password.isEmpty() ? secret : password;
    } catch (IllegalArgumentException e) {
      return secret;
    }
  }
}
