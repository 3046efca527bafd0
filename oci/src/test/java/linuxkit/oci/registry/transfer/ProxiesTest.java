package linuxkit.oci.registry.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.http.HttpFailure;
import linuxkit.http.ProxySettings;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxiesTest {
  @Test
  void readsTheEnvironment() {
    Map<String, String> environment =
        Map.of("http_proxy", "http://p.example:3128", "HTTPS_PROXY", "q.example:8080");

    assertThat(select(environment, "http://r.example/v2/")).isEqualTo("p.example:3128");
    assertThat(select(environment, "https://r.example/v2/")).isEqualTo("q.example:8080");
    assertThat(select(environment, "http://localhost:5000/")).isEqualTo("direct");
    assertThat(select(environment, "http://[::1]:5000/")).isEqualTo("direct");
    assertThat(select(Map.of(), "https://r.example/")).isEqualTo("direct");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*|https://r.example|true",
        "example|https://r.example|true",
        "xample|https://r.example|false",
        ".r.example|https://r.example|false",
        ".example|https://R.example|true",
        "*.example|https://r.example|true",
        "r.example:443|https://r.example|true",
        "r.example:444|https://r.example|false",
        "10.0.0.0/8|http://10.1.2.3:5000|true",
        "10.0.0.0/8|http://11.1.2.3|false",
        "10.0.0.0/99|http://10.1.2.3|false",
        "a, 192.0.2.7|http://192.0.2.7|true",
        "2001:db8::/32|http://[2001:db8::1]/|true",
        "[2001:db8::1]:80|http://[2001:db8::1]/|true",
      })
  void honoursTheExceptions(String exceptions, String uri, boolean direct) {
    Map<String, String> environment =
        Map.of("http_proxy", "p:1", "https_proxy", "p:1", "no_proxy", exceptions);

    assertThat(select(environment, uri)).isEqualTo(direct ? "direct" : "p:1");
  }

  @Test
  void refusesAnInvalidProxyWithoutQuotingIt() {
    for (String proxy : List.of("socks5://ali:sesame@p:1", "http://ali:ses ame@p")) {
      assertThatThrownBy(() -> new ProxySettings(Map.of("https_proxy", proxy)))
          .isInstanceOf(HttpFailure.Misconfigured.class)
          .hasMessage("the environment variable https_proxy does not name an HTTP proxy");
    }
  }

  @Test
  void fetchesThroughAProxyWithALogin() throws IOException {
    RandomImage image = new RandomImage(Platform.linux("amd64"), 10);
    try (FakeRegistry proxy = FakeRegistry.start()) {
      proxy.gate(
          exchange -> {
            // ali:open sesame
            if (!"Basic YWxpOm9wZW4gc2VzYW1l"
                .equals(exchange.getRequestHeaders().getFirst("Proxy-Authorization"))) {
              FakeRegistry.status(407, "Proxy-Authenticate", "Basic realm=\"p\"").handle(exchange);
            }
          });
      proxy.serve("app", "1", image);
      try (RegistryClient client =
          new RegistryClient(
              new RegistrySettings(
                  Mirrors.parse(List.of("registry.local=http://registry.local")),
                  Logins.none(),
                  List.of(),
                  Map.of("HTTP_PROXY", "http://ali:open%20sesame@" + proxy.authority()),
                  Clients.recording(new ArrayList<>())))) {
        // The name need not exist, because the proxy resolves it.
        assertThat(client.manifest(Reference.parse("registry.local/app:1")).bytes())
            .isEqualTo(image.manifestBytes);
      }
    }
  }

  private static String select(Map<String, String> environment, String uri) {
    Proxy proxy = new ProxySettings(environment).select(URI.create(uri)).getFirst();
    return proxy.address() instanceof InetSocketAddress address
        ? address.getHostString() + ":" + address.getPort()
        : "direct";
  }
}
