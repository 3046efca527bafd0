package linuxkit.oci.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Map;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.http.HttpFailure;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.transfer.FakeRegistry;
import org.junit.jupiter.api.Test;

/** Sends logins and tokens only to those they are for, and shows them to nobody. */
class CredentialSafetyTest extends AuthenticationFixture {
  @Test
  void refusesATokenServiceOnAnotherHostWithoutTls() throws IOException {
    requireToken("Bearer realm=\"" + other.url("/token") + "\"");

    assertThat(refusal(login()))
        .isInstanceOf(HttpFailure.Refused.class)
        .hasMessageEndingWith("is on another host, without TLS: " + other.url("/token"));
    assertThat(other.seen()).isEmpty();
  }

  @Test
  void f1DoesNotSendALoginToATokenServiceElsewhere() throws IOException {
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
  void f1SendsALoginToAnAllowedTokenService() throws IOException {
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
  void refusesAFileAsTokenService() throws IOException {
    requireToken("Bearer realm=\"file:///etc/passwd\"");

    assertThat(refusal(login())).hasMessageEndingWith("is not a plain http or https address");
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
      registry.on(
          "/v2/app/manifests/1",
          FakeRegistry.json(418, "{\"errors\":[{\"message\":\"" + TOKEN + "\"}]}"));
      for (Throwable t = refusal(login()); t != null; t = t.getCause()) {
        assertThat(t.toString() + ((t instanceof Failure f) ? f.hint() : ""))
            .doesNotContain(PASSWORD, BASIC.substring(6), TOKEN);
      }
    }
  }
}
