package linuxkit.oci.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.Endpoint;
import linuxkit.oci.registry.endpoint.Mirrors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenHostsTest {
  private static void check(Map<String, String> configured, String image, String service) {
    Endpoint upstream = Mirrors.none().target(Reference.parse(image));
    new TokenHosts(configured).check(upstream, URI.create(service));
  }

  @ParameterizedTest
  @CsvSource({
    "redis, https://auth.docker.io/token",
    "docker.io/a/b, https://AUTH.docker.io:443/token",
    "ghcr.io/a/b, https://ghcr.io/token",
    "quay.io/a/b, https://quay.io/v2/auth",
    "registry.gitlab.com/a/b, https://gitlab.com/jwt/auth",
    "registry.redhat.io/a, https://sso.redhat.com/auth",
    "x.azurecr.io/a, https://x.azurecr.io/oauth2/token",
    "europe-docker.pkg.dev/a/b, https://europe-docker.pkg.dev/v2/token",
    "gcr.io/a/b, https://gcr.io/v2/token",
    "public.ecr.aws/a/b, https://public.ecr.aws/token/",
    "nvcr.io/a/b, https://nvcr.io/proxy_auth",
    "registry.cn-hangzhou.aliyuncs.com/a, https://dockerauth.cn-hangzhou.aliyuncs.com/auth",
    // GitLab's own, which is at the usual port of the same host.
    "git.example:5050/a/b, https://git.example/jwt/auth",
    "localhost:5000/a, http://localhost:5000/token",
  })
  void sendsALoginToTheRegistryAndItsKnownTokenService(String image, String service) {
    assertThatCode(() -> check(Map.of(), image, service)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "r.example/a, https://evil.example/token",
    "r.example/a, https://auth.docker.io/token",
    "r.example/a, https://token.r.example/token",
    "r.example/a, https://r.example:8443/token",
    "redis, https://auth.docker.io:8443/token",
    "redis, https://auth.docker.io.evil.example/token",
    "evil.docker.io/a, https://auth.docker.io/token",
    "registry.gitlab.com.evil.example/a, https://gitlab.com/jwt/auth",
    "registry.a.b.aliyuncs.com/a, https://dockerauth.a.b.aliyuncs.com/auth",
    "localhost:5000/a, http://localhost:5001/token",
    "localhost:5000/a, https://127.0.0.1:5001/token",
  })
  void f1DoesNotSendALoginToAnotherHost(String image, String service) {
    assertThatThrownBy(() -> check(Map.of(), image, service))
        .isInstanceOf(RegistryFailure.Denied.class)
        .hasMessageContaining("is not known to belong to it");
  }

  @Test
  void f1SendsALoginToAServiceThatTheUserAllows() {
    Map<String, String> configured = Map.of("R.example:5000", "Auth.example:8443");
    assertThatCode(() -> check(configured, "r.example:5000/a", "https://auth.example:8443/token"))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> check(configured, "r.example/a", "https://auth.example:8443/token"))
        .isInstanceOf(RegistryFailure.Denied.class);
    assertThatThrownBy(() -> check(configured, "r.example:5000/a", "https://auth.example/token"))
        .isInstanceOf(RegistryFailure.Denied.class);
    // Not even then without TLS.
    assertThatThrownBy(
            () -> check(Map.of("r.example", "auth.example"), "r.example/a", "http://auth.example/"))
        .isInstanceOf(RegistryFailure.Denied.class);
  }

  @Test
  void f1SuggestsTheSettingInTheHint() {
    assertThatThrownBy(() -> check(Map.of(), "r.example:5000/a", "https://Auth.example:8443/t?x=y"))
        .isInstanceOfSatisfying(
            RegistryFailure.Denied.class,
            e -> {
              assertThat(e)
                  .hasMessageEndingWith(
                      "registry r.example:5000 wants its login sent to auth.example:8443, which is"
                          + " not known to belong to it");
              assertThat(e.hint())
                  .contains(
                      "registries: {\"r.example:5000\": {tokenService: \"auth.example:8443\"}}",
                      "docker logout r.example:5000");
            });
  }
}
