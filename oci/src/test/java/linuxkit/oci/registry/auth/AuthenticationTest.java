package linuxkit.oci.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import linuxkit.base.Failure;
import linuxkit.http.HttpFailure;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.transfer.FakeRegistry;
import linuxkit.oci.registry.transfer.RegistryClient;
import org.junit.jupiter.api.Test;

/** Logs in by every scheme that registries ask for. */
class AuthenticationTest extends AuthenticationFixture {
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
      assertThat(refusal(client)).isInstanceOf(RegistryFailure.Denied.class);
      assertThat(client.manifest(reference).bytes()).isEqualTo(image.manifestBytes);
      assertThat(registry.seen("/token")).hasSize(2);
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
}
