package linuxkit.oci.registry.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import linuxkit.http.HttpFailure;
import linuxkit.http.Urls;
import linuxkit.oci.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  /** An address reserved for documentation (RFC 5737): public, and needs no name server. */
  private static final URI PUBLIC = URI.create("https://192.0.2.1");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "https://127.1.2.3/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://100.100.100.200/",
      })
  void refusesPointersFromPublicServersIntoPrivateNetworks(String target) {
    assertThatThrownBy(() -> follow(PUBLIC, target))
        .isInstanceOf(HttpFailure.Refused.class)
        .hasMessage(
            "image:1: a redirect of https://192.0.2.1 points into a private network: " + target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://10.9.9.9/", "https://192.0.2.9/x", "https://198.51.100.7:99/"})
  void allowsPointersFromPrivateServersToTheirNetworkAndOut(String target) {
    assertThatCode(() -> follow(URI.create("https://10.0.0.1:5000"), target))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesPointersFromPrivateServersToThisMachine() {
    assertThatThrownBy(() -> follow(URI.create("http://10.0.0.1"), "http://127.0.0.1:2375/"))
        .hasMessageContaining("points into a private network");
  }

  @Test
  void refusesPointersThatLeaveTls() {
    assertThatThrownBy(() -> follow(PUBLIC, "http://192.0.2.1/x?signature=geheim"))
        .isInstanceOf(HttpFailure.Refused.class)
        .hasMessage("image:1: a redirect of https://192.0.2.1 leaves TLS: http://192.0.2.1/x");
    assertThatThrownBy(() -> follow(URI.create("HTTPS://192.0.2.1"), "http://192.0.2.1/x"))
        .isInstanceOf(HttpFailure.Refused.class)
        .hasMessageContaining("leaves TLS");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "jar:https://192.0.2.1/x!/y",
        "https://ali:sesame@192.0.2.1/",
        "https:///x",
        "mailto:a@b",
      })
  void followsPlainHttpUrlsOnly(String target) {
    assertThatThrownBy(() -> follow(PUBLIC, target))
        .isInstanceOf(HttpFailure.Refused.class)
        .hasMessage(
            "image:1: a redirect of https://192.0.2.1 is not a plain http or https address");
  }

  @Test
  void comparesOriginsBySchemeHostAndPort() {
    assertThat(same("https://a/x", "HTTPS://A:443/y")).isTrue();
    assertThat(same("https://a", "https://a:444")).isFalse();
    assertThat(same("http://a:443", "https://a:443")).isFalse();
    assertThat(same("https://a", "https://a.b")).isFalse();
  }

  @Test
  void showsUrlsWithoutSecrets() {
    assertThat(Urls.shown(URI.create("https://ali:sesame@h:5/p/q?signature=geheim#x")))
        .isEqualTo("https://h:5/p/q");
  }

  @Test
  void t13SpeaksToRegistriesWithoutTlsOnThisMachineOnly() {
    assertThat(root("localhost:5000/a/b")).isEqualTo("http://localhost:5000");
    assertThat(root("127.0.0.1:5000/a")).isEqualTo("http://127.0.0.1:5000");
    assertThat(root("[::1]:5000/a/b")).isEqualTo("http://[::1]:5000");
    assertThat(root("10.1.2.3/a")).isEqualTo("https://10.1.2.3");
    assertThat(root("registry.local/a")).isEqualTo("https://registry.local");
    assertThat(root("a.localhost/a")).isEqualTo("https://a.localhost");
    assertThat(root("172.32.0.1/a")).isEqualTo("https://172.32.0.1");
    assertThat(root("127.0.0.1.evil.example/a")).isEqualTo("https://127.0.0.1.evil.example");
    assertThat(root("ghcr.io/a/b")).isEqualTo("https://ghcr.io");
  }

  @Test
  void sendsSecretsOnlyOverTlsOrWithinThisMachine() {
    Mirrors plain = Mirrors.parse(List.of("registry.local=http://registry.local"));
    assertThat(plain.target(Reference.parse("registry.local/a")).root())
        .hasToString("http://registry.local");
    assertThat(plain.target(Reference.parse("registry.local/a")).maySeeSecrets()).isFalse();
    assertThat(endpoint("localhost:5000/a").maySeeSecrets()).isTrue();
    assertThat(endpoint("ghcr.io/a").maySeeSecrets()).isTrue();
  }

  @Test
  void usesTheHostNameOfDockerHub() {
    assertThat(endpoint("redis").manifest("latest"))
        .hasToString("https://registry-1.docker.io/v2/library/redis/manifests/latest");
    assertThat(endpoint("index.docker.io/redis").blob("sha256:0"))
        .hasToString("https://registry-1.docker.io/v2/library/redis/blobs/sha256:0");
  }

  private static void follow(URI from, String to) {
    Urls.follow(from, URI.create(to), "a redirect", "image:1");
  }

  private static boolean same(String a, String b) {
    return Urls.sameOrigin(URI.create(a), URI.create(b));
  }

  private static String root(String reference) {
    return endpoint(reference).root().toString();
  }

  private static Endpoint endpoint(String reference) {
    return Endpoint.of(Reference.parse(reference));
  }
}
