package linuxkit.oci.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.http.HttpFailure;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthenticationTest {
  private static final String PASSWORD = "open:sesame";
  private static final String BASIC =
      "Basic " + Base64.getEncoder().encodeToString(("ali:" + PASSWORD).getBytes(UTF_8));
  private static final String TOKEN = "t0k3n.of-the_day";

  private final SampleImage image = new SampleImage(Platform.linux("amd64"), 5000);
  private final String blobPath = FakeRegistry.blobPath("app", image.layers.getFirst());
  private FakeRegistry registry;
  private FakeRegistry other;
  private Reference reference;
  @TempDir private Path home;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    other = FakeRegistry.startElsewhere();
    registry.serve("app", "1", image);
    reference = registry.reference("app:1");
  }

  @AfterEach
  void stop() {
    registry.close();
    other.close();
  }

  @Test
  void requestsAnAnonymousToken() {
    requireToken("Bearer service=\"reg\",realm=\"" + registry.url("/token?a=b") + "\"");
    registry.on("/token", FakeRegistry.json(200, "{\"token\":\"" + TOKEN + "\"}"));

    fetchAll(Logins.none());

    assertThat(registry.seen("/token"))
        .singleElement()
        .satisfies(seen -> assertThat(seen.authorization()).isEmpty());
    assertThat(registry.seen(blobPath)).hasSize(1);
  }

  @Test
  void requestsATokenWithALogin() throws IOException {
    requireToken("Bearer realm=\"" + registry.url("/token") + "\"");
    registry.on("/token", FakeRegistry.json(200, "{\"access_token\":\"" + TOKEN + "\"}"));

    fetchAll(login());

    assertThat(registry.seen("/token"))
        .singleElement()
        .satisfies(seen -> assertThat(seen.authorization()).isEqualTo(BASIC));
  }

  @Test
  void requestsATokenWithAnIdentityToken() throws IOException {
    requireToken("Bearer realm=\"" + registry.url("/token") + "\",service=\"the reg\"");
    registry.on("/token", FakeRegistry.json(200, "{\"token\":\"" + TOKEN + "\"}"));

    fetchAll(logins("{\"identitytoken\":\"id+1\"}"));

    assertThat(registry.seen("/token"))
        .singleElement()
        .satisfies(
            seen -> {
              assertThat(seen.method()).isEqualTo("POST");
              assertThat(seen.authorization()).isEmpty();
              assertThat(seen.body())
                  .isEqualTo(
                      "grant_type=refresh_token&client_id=linuxkit&service=the+reg"
                          + "&scope=repository%3Aapp%3Apull&refresh_token=id%2B1");
            });
  }

  @Test
  void logsInWithAPasswordWhenOnlyBasicIsOffered() throws IOException {
    registry.requireAuthorization(BASIC, "Negotiate, Basic realm=\"x\"");

    fetchAll(login());
  }

  @Test
  void requestsANewTokenAfterExpiry() {
    requireToken("Bearer realm=\"" + registry.url("/token") + "\"");
    registry.on(
        "/token",
        FakeRegistry.inTurn(
            FakeRegistry.json(200, "{\"token\":\"old\"}"),
            FakeRegistry.json(200, "{\"token\":\"" + TOKEN + "\"}")));
    try (RegistryClient client = client(Logins.none())) {
      refusal(client);
      client.manifest(reference);
    }
  }

  @Test
  void stopsAfterRepeated401() throws IOException {
    registry.requireAuthorization("never", "Bearer realm=\"" + registry.url("/token") + "\"");
    registry.on("/token", FakeRegistry.json(200, "{\"token\":\"" + TOKEN + "\"}"));

    Failure failure = refusal(login());

    assertThat(failure)
        .isInstanceOf(RegistryFailure.Denied.class)
        .hasMessageStartingWith(reference + ": registry " + registry.authority())
        .hasMessageEndingWith(" denies access with the configured login");
    assertThat(failure.hint())
        .isEqualTo("check the name, or log in again with: docker login " + registry.authority());
    assertThat(registry.seen()).hasSize(3);
  }

  @Test
  void suggestsALoginIfAnonymousAccessIsRefused() {
    registry.requireAuthorization("never", "Basic realm=\"x\"");

    Failure failure = refusal(Logins.none());

    assertThat(failure)
        .isInstanceOf(RegistryFailure.Denied.class)
        .hasMessageStartingWith(reference + ": no such image in registry " + registry.authority())
        .hasMessageEndingWith(", or it requires a login");
    assertThat(failure.hint())
        .isEqualTo(
            "check the name; for a private image log in with: docker login "
                + registry.authority());
  }

  @Test
  void reportsAnUnsupportedKindOfLogin() {
    registry.requireAuthorization("never", "Negotiate, Digest realm=\"x\", nonce=\"y\"");

    assertThat(refusal(Logins.none()))
        .hasMessageEndingWith("requires an unsupported kind of login");
  }

  @Test
  void refusesATokenServiceOnAnotherHostWithoutTls() throws IOException {
    requireToken("Bearer realm=\"" + other.url("/token") + "\"");

    assertThat(refusal(login()))
        .isInstanceOf(HttpFailure.Refused.class)
        .hasMessageEndingWith("is on another host, without TLS: " + other.url("/token"));
    assertThat(other.seen()).isEmpty();
  }

  @Test
  void f1LoginIsNotSentToATokenServiceElsewhere() throws IOException {
    // The same machine, but another port, which may be another user's.
    try (FakeRegistry service = FakeRegistry.start()) {
      requireToken("Bearer realm=\"" + service.url("/token") + "\"");
      service.on("/token", FakeRegistry.json(200, "{\"token\":\"" + TOKEN + "\"}"));

      for (Logins logins : new Logins[] {login(), logins("{\"identitytoken\":\"id\"}")}) {
        assertThat(refusal(logins))
            .isInstanceOf(RegistryFailure.Denied.class)
            .hasMessageEndingWith(
                " wants its login sent to "
                    + service.authority()
                    + ", which is not known to belong to it");
      }
      assertThat(service.seen()).isEmpty();

      fetchAll(Logins.none());
      assertThat(service.seen()).extracting(FakeRegistry.Seen::authorization).containsExactly("");
    }
  }

  @Test
  void f1LoginIsSentToATokenServiceThatTheUserAllows() throws IOException {
    try (FakeRegistry service = FakeRegistry.start()) {
      requireToken("Bearer realm=\"" + service.url("/token") + "\"");
      service.on("/token", FakeRegistry.json(200, "{\"token\":\"" + TOKEN + "\"}"));
      login();

      fetchAll(
          Logins.of(
              Map.of("DOCKER_CONFIG", home.toString()),
              Progress.silent(),
              () -> Map.of(registry.authority(), service.authority())));

      assertThat(service.seen())
          .extracting(FakeRegistry.Seen::authorization)
          .containsExactly(BASIC);
    }
  }

  @Test
  void refusesATokenServiceThatIsAFile() throws IOException {
    requireToken("Bearer realm=\"file:///etc/passwd\"");

    assertThat(refusal(login())).hasMessageEndingWith("is not a plain http or https address");
  }

  @Test
  void refusesAChallengeWithoutATokenService() throws IOException {
    requireToken("Bearer service=\"x\"");

    assertThat(refusal(login()))
        .isInstanceOf(HttpFailure.Refused.class)
        .hasMessageEndingWith("does not name a token service");
  }

  @Test
  void reportsATokenServiceWithoutAToken() throws IOException {
    for (String answer :
        new String[] {"<html>", "[]", "{}", "{\"token\":\"a\\nb\"}", "{\"token\":1}"}) {
      requireToken("Bearer realm=\"" + registry.url("/token") + "\"");
      registry.on("/token", FakeRegistry.json(200, answer));

      assertThat(refusal(login()))
          .isInstanceOf(RegistryFailure.WrongContent.class)
          .hasMessageEndingWith("/token did not return a token");
    }
  }

  @Test
  void doesNotSendALoginAgainAfterARedirectBack() throws IOException {
    requireToken("Bearer realm=\"" + registry.url("/token") + "\"");
    registry.on("/token", FakeRegistry.status(307, "Location", other.url("/there")));
    other.on("/there", FakeRegistry.status(302, "Location", registry.url("/back")));
    registry.on("/back", FakeRegistry.json(200, "{\"token\":\"" + TOKEN + "\"}"));

    fetchAll(login());

    assertThat(registry.seen("/token").getFirst().authorization()).isEqualTo(BASIC);
    assertThat(other.seen("/there").getFirst().authorization()).isEmpty();
    assertThat(registry.seen("/back").getFirst().authorization()).isEmpty();
  }

  @Test
  void doesNotRedirectAnIdentityToken() throws IOException {
    requireToken("Bearer realm=\"" + registry.url("/token") + "\"");
    registry.on("/token", FakeRegistry.status(307, "Location", other.url("/there")));

    assertThat(refusal(logins("{\"identitytoken\":\"id\"}")))
        .isInstanceOf(HttpFailure.Refused.class)
        .hasMessageContaining("refused a redirect of an upload to");
    assertThat(other.seen()).isEmpty();
  }

  @Test
  void fetchesABlobFromAnotherHostWithoutLoginAndCookies() throws IOException {
    registry.requireAuthorization(BASIC, "Basic realm=\"x\"");
    registry.on(
        blobPath,
        FakeRegistry.status(
            307, "Location", other.url("/blob?signature=geheim"), "Set-Cookie", "a=b"));
    other.on("/blob", FakeRegistry.answer(200, "x/y", image.content(image.layers.getFirst())));

    fetchAll(login());

    assertThat(other.seen())
        .singleElement()
        .satisfies(
            seen -> {
              assertThat(seen.authorization()).isEmpty();
              assertThat(seen.cookie()).isEmpty();
            });
  }

  @Test
  void doesNotLogInToTheHostOfABlob() throws IOException {
    registry.requireAuthorization(BASIC, "Basic realm=\"x\"");
    registry.on(
        blobPath, FakeRegistry.status(307, "Location", other.url("/blob?signature=geheim")));
    other.on("/blob", FakeRegistry.status(401, "WWW-Authenticate", "Basic realm=\"x\""));

    assertThat(catchThrowableOfType(Failure.class, () -> fetchAll(login())))
        .isInstanceOf(RegistryFailure.WrongContent.class)
        .hasMessage(
            reference + ": cannot fetch a blob: " + other.url("/blob") + " returned status 401");
    assertThat(other.seen()).hasSize(1);
  }

  @Test
  void keepsSecretsOutOfFailures() throws IOException {
    requireToken("Bearer realm=\"" + registry.url("/token") + "\"");
    HttpHandler token = FakeRegistry.json(200, "{\"token\":\"" + TOKEN + "\"}");
    for (HttpHandler service :
        new HttpHandler[] {
          token,
          FakeRegistry.status(403),
          FakeRegistry.status(500),
          FakeRegistry.json(200, "{\"token\": " + TOKEN),
          FakeRegistry.status(302, "Location", "http://ali:" + PASSWORD + "@127.0.0.2/"),
        }) {
      registry.on("/token", service);
      registry.on("/v2/app/manifests/1", FakeRegistry.json(418, "{\"errors\":\"" + TOKEN + "\"}"));
      for (Throwable t = refusal(login()); t != null; t = t.getCause()) {
        assertThat(t.toString() + ((t instanceof Failure f) ? f.hint() : ""))
            .doesNotContain(PASSWORD, BASIC.substring(6), TOKEN);
      }
    }
  }

  private void requireToken(String challenge) {
    registry.requireAuthorization("Bearer " + TOKEN, challenge);
  }

  private void fetchAll(Logins logins) {
    try (RegistryClient client = client(logins)) {
      assertThat(client.manifest(reference).bytes()).isEqualTo(image.manifestBytes);
      ByteArrayOutputStream sink = new ByteArrayOutputStream();
      client.blob(reference, image.layers.getFirst(), sink, Progress.silent().begin("", -1));
      assertThat(sink.toByteArray()).isEqualTo(image.content(image.layers.getFirst()));
    }
  }

  private Failure refusal(Logins logins) {
    try (RegistryClient client = client(logins)) {
      return refusal(client);
    }
  }

  private Failure refusal(RegistryClient client) {
    return catchThrowableOfType(Failure.class, () -> client.manifest(reference));
  }

  private static RegistryClient client(Logins logins) {
    return Clients.of(Mirrors.none(), logins, Clients.recording(new ArrayList<>()));
  }

  private Logins login() throws IOException {
    return logins("{\"auth\":\"" + BASIC.substring(6) + "\"}");
  }

  private Logins logins(String entry) throws IOException {
    Files.writeString(
        home.resolve("config.json"),
        "{\"auths\":{\"" + registry.authority() + "\":" + entry + "}}");
    return Logins.of(Map.of("DOCKER_CONFIG", home.toString()), Progress.silent());
  }
}
