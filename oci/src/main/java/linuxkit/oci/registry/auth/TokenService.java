package linuxkit.oci.registry.auth;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import linuxkit.http.HttpFailure;
import linuxkit.http.Request;
import linuxkit.http.RequestBody;
import linuxkit.http.Response;
import linuxkit.http.Transport;
import linuxkit.http.Urls;
import linuxkit.json.Json;
import linuxkit.json.JsonFailure;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.Endpoint;

/**
 * A client for the services that issue tokens for repositories (Docker's token authentication
 * specification, OAuth 2.0). A service receives the login only if {@link TokenHosts} allows it; a
 * token without a login is requested at any public address.
 */
public final class TokenService {
  private static final int MAX_RESPONSE = 1 << 20;
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");
  private static final Pattern PULL_SCOPE = Pattern.compile("repository:[A-Za-z0-9._/-]+:pull");

  private final Transport transport;

  public TokenService(Transport transport) {
    this.transport = transport;
  }

  /**
   * Fetches the value of the {@code Authorization} field for the challenged request.
   *
   * @param hosts which services may receive the credential
   * @throws HttpFailure.Refused if a login must not be sent to the service's URL
   * @throws RegistryFailure.Denied if the service issues no token
   */
  String token(
      Endpoint endpoint, Challenge challenge, Optional<Credential> credential, TokenHosts hosts)
      throws IOException, InterruptedException {
    String where = endpoint.reference().toString();
    URI realm = realm(endpoint, challenge.parameter("realm"), where);
    if (credential.isPresent()) {
      hosts.check(endpoint, realm);
    }
    StringBuilder query = new StringBuilder("service=" + encoded(challenge.parameter("service")));
    for (String scope : scopes(endpoint, challenge.parameter("scope"))) {
      query.append("&scope=").append(encoded(scope));
    }
    Request request =
        switch (credential.orElse(null)) {
          case null -> Request.get(withQuery(realm, query.toString()), where);
          case Credential.Password login ->
              Request.get(withQuery(realm, query.toString()), where)
                  .authorizedBy(Optional.of(basic(login)));
          case Credential.IdentityToken identity ->
              Request.send(
                  Request.Method.POST,
                  realm,
                  RequestBody.form(
                      "grant_type=refresh_token&client_id=linuxkit&"
                          + query
                          + "&refresh_token="
                          + encoded(identity.token())),
                  where);
        };
    try (Response response = transport.send(request)) {
      return "Bearer " + token(endpoint, realm, response, credential.isPresent());
    }
  }

  // A registry may use another name for its repository, but must not ask for more than reading it.
  private static List<String> scopes(Endpoint endpoint, String asked) {
    return !endpoint.scope().push() && PULL_SCOPE.matcher(asked).matches()
        ? List.of(asked)
        : endpoint.scope().scopes(endpoint.repository());
  }

  static String basic(Credential.Password login) {
    String text = login.user() + ":" + login.password();
    return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Checks the service's URL: over TLS, or on the registry's own host if that is used without TLS.
   */
  private static URI realm(Endpoint endpoint, String text, String where) {
    URI realm;
    try {
      realm = URI.create(text);
    } catch (IllegalArgumentException e) {
      realm = URI.create("");
    }
    if (!realm.isAbsolute()) {
      throw new HttpFailure.Refused(
          "registry " + endpoint.authority() + " does not name a token service", where, "");
    }
    Urls.follow(endpoint.root(), realm, "the token service", where);
    if (realm.getScheme().equalsIgnoreCase("http") && !Urls.sameHost(endpoint.root(), realm)) {
      throw new HttpFailure.Refused(
          "the token service of registry "
              + endpoint.authority()
              + " is on another host, without TLS: "
              + Urls.shown(realm),
          where,
          "");
    }
    return realm;
  }

  private static String token(Endpoint endpoint, URI realm, Response response, boolean loggedIn)
      throws IOException {
    String where = endpoint.reference().toString();
    int status = response.status();
    if (status >= 500 || status == 429 || status == 408) {
      throw new IOException(
          "the token service " + Urls.shown(realm) + " returned status " + status);
    }
    if (status != 200) {
      throw AuthFailures.of(endpoint, loggedIn);
    }
    Optional<byte[]> content = response.content(MAX_RESPONSE);
    for (String name : List.of("token", "access_token")) {
      Optional<String> token = content.flatMap(c -> member(c, name));
      if (token.isPresent()) {
        return token.get();
      }
    }
    throw new RegistryFailure.WrongContent(
        "the token service " + Urls.shown(realm) + " did not return a token", where, "");
  }

  private static Optional<String> member(byte[] content, String name) {
    try {
      return Json.parse(content, "") instanceof JsonObject object
              && object.get(name).orElse(null) instanceof JsonString text
              && TOKEN.matcher(text.value()).matches()
          ? Optional.of(text.value())
          : Optional.empty();
    } catch (JsonFailure e) {
      return Optional.empty();
    }
  }

  private static URI withQuery(URI realm, String query) {
    String text = realm.toString();
    int hash = text.indexOf('#');
    String base = hash < 0 ? text : text.substring(0, hash);
    return URI.create(base + (realm.getRawQuery() == null ? "?" : "&") + query);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
