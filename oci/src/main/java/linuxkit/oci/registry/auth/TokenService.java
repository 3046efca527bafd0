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
 * Where a registry sends its clients for the token that opens a repository (Docker's token
 * authentication and OAuth 2.0 specifications). A login goes there, so where it is matters.
 */
public final class TokenService {
  private static final int MAX_ANSWER = 1 << 20;
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");
  private static final Pattern PULL_SCOPE = Pattern.compile("repository:[A-Za-z0-9._/-]+:pull");

  private final Transport transport;

  public TokenService(Transport transport) {
    this.transport = transport;
  }

  /**
   * The value of an Authorization header for the challenged request.
   *
   * @throws HttpFailure.Refused when the service is at a place where a login must not go
   * @throws RegistryFailure.Denied when it gives none
   */
  String token(Endpoint upstream, Challenge challenge, Optional<Credential> credential)
      throws IOException, InterruptedException {
    String where = upstream.reference().toString();
    URI realm = realm(upstream, challenge.parameter("realm"), where);
    StringBuilder question =
        new StringBuilder("service=" + encoded(challenge.parameter("service")));
    for (String scope : scopes(upstream, challenge.parameter("scope"))) {
      question.append("&scope=").append(encoded(scope));
    }
    Request request =
        switch (credential.orElse(null)) {
          case null -> Request.get(withQuery(realm, question.toString()), where);
          case Credential.Password login ->
              Request.get(withQuery(realm, question.toString()), where)
                  .authorizedBy(Optional.of(basic(login)));
          case Credential.IdentityToken identity ->
              Request.send(
                  Request.Method.POST,
                  realm,
                  RequestBody.form(
                      "grant_type=refresh_token&client_id=linuxkit&"
                          + question
                          + "&refresh_token="
                          + encoded(identity.token())),
                  where);
        };
    try (Response answer = transport.send(request)) {
      return "Bearer " + token(upstream, realm, answer, credential.isPresent());
    }
  }

  // A registry may know its repository by another name; more than to read it is not for it to ask.
  private static List<String> scopes(Endpoint upstream, String asked) {
    return !upstream.scope().push() && PULL_SCOPE.matcher(asked).matches()
        ? List.of(asked)
        : upstream.scope().scopes(upstream.repository());
  }

  static String basic(Credential.Password login) {
    String text = login.user() + ":" + login.password();
    return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Over TLS, or on the very host of a registry that is itself spoken to without. */
  private static URI realm(Endpoint upstream, String text, String where) {
    URI realm;
    try {
      realm = URI.create(text);
    } catch (IllegalArgumentException e) {
      realm = URI.create("");
    }
    if (!realm.isAbsolute()) {
      throw new HttpFailure.Refused(
          "registry " + upstream.authority() + " names no token service", where, "");
    }
    Urls.follow(upstream.root(), realm, "the token service", where);
    if (realm.getScheme().equalsIgnoreCase("http") && !Urls.sameHost(upstream.root(), realm)) {
      throw new HttpFailure.Refused(
          "the token service of registry "
              + upstream.authority()
              + " is on another host, without TLS: "
              + Urls.shown(realm),
          where,
          "");
    }
    return realm;
  }

  private static String token(Endpoint upstream, URI realm, Response answer, boolean loggedIn)
      throws IOException {
    String where = upstream.reference().toString();
    int status = answer.status();
    if (status >= 500 || status == 429 || status == 408) {
      throw new IOException(
          "the token service " + Urls.shown(realm) + " answered with status " + status);
    }
    if (status != 200) {
      throw AuthFailures.of(upstream, loggedIn);
    }
    Optional<byte[]> content = answer.content(MAX_ANSWER);
    for (String name : List.of("token", "access_token")) {
      Optional<String> token = content.flatMap(c -> member(c, name));
      if (token.isPresent()) {
        return token.get();
      }
    }
    throw new RegistryFailure.WrongContent(
        "the token service " + Urls.shown(realm) + " did not answer with a token", where, "");
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
