package linuxkit.trust.keys;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import linuxkit.base.Nearest;
import linuxkit.base.Printable;
import linuxkit.trust.TrustFailure;

/**
 * The name of a key in a token (RFC 7512), as in {@code
 * pkcs11:token=build;object=signer?module-path=/usr/lib/module.so&pin-source=file:/etc/pin}.
 *
 * @param object the label of the key's certificate; empty for the only one in the token
 * @param pinSource {@code file:PATH} or {@code env:NAME}
 */
record Pkcs11Uri(Path module, String token, Optional<String> object, Optional<String> pinSource) {
  private static final String SCHEME = "pkcs11:";
  private static final Set<String> KEYS = Set.of("token", "object", "module-path", "pin-source");
  private static final List<String> SORTED = KEYS.stream().sorted().toList();
  private static final String FORM =
      "write pkcs11:token=LABEL;object=LABEL?module-path=FILE&pin-source=file:FILE";

  static boolean isOne(String name) {
    return name.startsWith(SCHEME);
  }

  static Pkcs11Uri parse(String uri) {
    Map<String, String> values = new HashMap<>();
    for (String pair : uri.substring(SCHEME.length()).split("[;?&]", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 0) {
        throw failure("\"" + pair + "\" in the PKCS#11 URI has no value", FORM);
      }
      String key = pair.substring(0, equals);
      if (!KEYS.contains(key)) {
        throw unknown(key);
      }
      if (values.put(key, decode(pair.substring(equals + 1))) != null) {
        throw failure("the PKCS#11 URI has \"" + key + "\" twice", FORM);
      }
    }
    return new Pkcs11Uri(
        module(required(values, "module-path")),
        required(values, "token"),
        Optional.ofNullable(values.get("object")),
        Optional.ofNullable(values.get("pin-source")));
  }

  private static TrustFailure unknown(String key) {
    return key.startsWith("pin-value")
        ? failure(
            "the PKCS#11 URI contains a PIN, which other users can see",
            "use pin-source=file:FILE or pin-source=env:NAME")
        : failure(
            "the PKCS#11 URI has an unknown attribute \"" + key + '"',
            Nearest.to(key, SORTED).map(known -> "did you mean " + known + "?").orElse(FORM));
  }

  private static String required(Map<String, String> values, String key) {
    String value = values.get(key);
    if (value == null || value.isEmpty()) {
      throw failure("the PKCS#11 URI has no " + key, FORM);
    }
    return value;
  }

  private static String decode(String value) {
    try {
      // Unlike in a form, a plus sign is a plus sign.
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw failure("the PKCS#11 URI has a malformed escape sequence: \"" + value + '"', FORM);
    }
  }

  private static Path module(String path) {
    try {
      Path module = Path.of(path);
      // The provider's configuration has no way to write these.
      if (module.isAbsolute() && path.chars().noneMatch(c -> c < ' ' || c == '"' || c == '\\')) {
        return module;
      }
    } catch (InvalidPathException _) {
      // Same failure.
    }
    throw failure(
        "the module-path of the PKCS#11 URI is not an absolute path: \"" + path + '"', FORM);
  }

  /** Returns the place of the PIN that the URI names, otherwise the other one. */
  Optional<Secret> pin(Optional<Secret> other, Map<String, String> environment) {
    if (pinSource.isEmpty()) {
      return other;
    }
    String source = pinSource.get();
    if (source.startsWith("env:")) {
      return Optional.of(new Secret.InEnvironment(source.substring(4), environment));
    }
    if (source.startsWith("file:")) {
      return Optional.of(new Secret.InFile(Path.of(source.substring(5).replaceFirst("^//", ""))));
    }
    throw failure(
        "the pin-source of the PKCS#11 URI is neither a file nor a variable: \"" + source + '"',
        "use pin-source=file:FILE or pin-source=env:NAME");
  }

  /** Returns the place for messages: the key, without the PIN's place. */
  String where() {
    return Printable.line(SCHEME + "token=" + token + object.map(o -> ";object=" + o).orElse(""));
  }

  private static TrustFailure failure(String what, String hint) {
    return new TrustFailure(Printable.line(what), "", hint);
  }
}
