package linuxkit.oci.registry.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.json.JsonFailure;
import linuxkit.json.JsonNull;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.RegistryHosts;

/**
 * The logins of Docker's {@code config.json} or Podman's {@code auth.json}. Keys are registries or
 * paths within them, without scheme and with the canonical name of Docker Hub.
 *
 * @param credentialStore the credential helper for registries without their own
 */
record DockerConfig(
    Map<String, Credential> logins, Map<String, String> helpers, Optional<String> credentialStore) {
  static final DockerConfig EMPTY = new DockerConfig(Map.of(), Map.of(), Optional.empty());

  /**
   * Reads a configuration file.
   *
   * @throws RegistryFailure.Misconfigured if it is malformed
   */
  static DockerConfig parse(byte[] content, String where) {
    JsonObject root = object(json(content, where), "the file", where);
    Map<String, Credential> logins = new LinkedHashMap<>();
    Map<String, String> helpers = new LinkedHashMap<>();
    member(root, "auths", where)
        .members()
        .forEach(
            (key, value) ->
                login(object(value, "\"auths\"", where), key, where)
                    .ifPresent(login -> logins.putIfAbsent(key(key), login)));
    JsonObject credHelpers = member(root, "credHelpers", where);
    credHelpers
        .members()
        .forEach((key, _) -> helpers.putIfAbsent(key(key), text(credHelpers, key, where)));
    String store = text(root, "credsStore", where);
    for (String helper : helpers.values()) {
      checkHelper(helper, where);
    }
    checkHelper(store, where);
    return new DockerConfig(
        Map.copyOf(logins),
        Map.copyOf(helpers),
        store.isEmpty() ? Optional.empty() : Optional.of(store));
  }

  Optional<Credential> login(String key) {
    return Optional.ofNullable(logins.get(key));
  }

  /** Returns the name of the registry's own helper, without {@code docker-credential-}. */
  Optional<String> helper(String key) {
    return Optional.ofNullable(helpers.get(key)).filter(name -> !name.isEmpty());
  }

  // https://index.docker.io/v1/ is the key of Docker Hub; other keys may also have a scheme and
  // such a path.
  private static String key(String text) {
    String key = text.replaceFirst("^https?://", "");
    while (key.endsWith("/")) {
      key = key.substring(0, key.length() - 1);
    }
    key = key.replaceFirst("/v[12]$", "");
    int slash = key.indexOf('/');
    return slash < 0
        ? RegistryHosts.canonical(key)
        : RegistryHosts.canonical(key.substring(0, slash)) + key.substring(slash);
  }

  private static Optional<Credential> login(JsonObject entry, String key, String where) {
    String user = text(entry, "username", where);
    String password = text(entry, "password", where);
    String auth = text(entry, "auth", where);
    String identity = text(entry, "identitytoken", where);
    if (!identity.isEmpty()) {
      return Optional.of(new Credential.IdentityToken(identity));
    }
    if (!auth.isEmpty()) {
      String login = decoded(auth);
      int colon = login.indexOf(':');
      if (colon <= 0) {
        throw malformed("the login for " + key(key) + " is not user:password in base 64", where);
      }
      user = login.substring(0, colon);
      password = login.substring(colon + 1);
    }
    return user.isEmpty() ? Optional.empty() : Optional.of(new Credential.Password(user, password));
  }

  /** Decodes base 64. Returns an empty string if it is malformed. */
  private static String decoded(String auth) {
    try {
      // Some tools pad the password with NUL.
      return new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8)
          .replaceFirst("\0+$", "");
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static void checkHelper(String name, String where) {
    if (!name.matches("[A-Za-z0-9._-]*")) {
      throw malformed("the name of a credential helper has invalid characters", where);
    }
  }

  // The cause is not quoted: it may contain a password.
  private static Json json(byte[] content, String where) {
    try {
      return Json.parse(content, where);
    } catch (JsonFailure e) {
      throw malformed("the file is not valid JSON", where);
    }
  }

  private static JsonObject member(JsonObject parent, String name, String where) {
    return parent
        .get(name)
        .filter(value -> value != JsonNull.NULL)
        .map(value -> object(value, "\"" + name + "\"", where))
        .orElse(JsonObject.EMPTY);
  }

  private static JsonObject object(Json value, String name, String where) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw malformed(name + " is not an object of objects", where);
  }

  private static String text(JsonObject parent, String name, String where) {
    return switch (parent.get(name).orElse(JsonNull.NULL)) {
      case JsonString text -> text.value();
      case JsonNull _ -> "";
      case Json _ -> throw malformed("\"" + name + "\" is not a string", where);
    };
  }

  private static RegistryFailure malformed(String what, String where) {
    return new RegistryFailure.Misconfigured(
        "cannot use the registry logins: " + what,
        where,
        "repair the file, or log in again with: docker login",
        null);
  }
}
