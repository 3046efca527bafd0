package linuxkit.oci.registry.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.base.Failure;
import linuxkit.http.HttpFailure;
import linuxkit.http.ProxySettings;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uses names that look like hosts but are invalid. */
class UnusableHostsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "registry.example:99999/app",
        "localhost:65536/app",
        "registry.1/app:1",
        "registry..example/app:1",
        "registry.-x/app:1",
        "256.1.1.1/app:1",
        "[::1::2]:5000/app",
        "[:]/app",
      })
  void refusesARegistryThatIsNotAHost(String name) {
    try (RegistryClient client = Clients.anonymous()) {
      assertThatThrownBy(() -> client.manifest(Reference.parse(name)))
          .isInstanceOfSatisfying(
              Failure.class, failure -> assertThat(failure.hint()).isNotEmpty());
    }
  }

  @Test
  void refusesAMirrorWithAnInvalidPort() {
    assertThatThrownBy(() -> Mirrors.parse(List.of("https://mirror.example:70000")))
        .isInstanceOf(RegistryFailure.Misconfigured.class);
  }

  @Test
  void refusesAProxyWithAnInvalidPort() {
    assertThatThrownBy(() -> new ProxySettings(Map.of("https_proxy", "http://proxy.example:70000")))
        .isInstanceOf(HttpFailure.Misconfigured.class);
  }

  @Test
  void refusesARedirectToAnInvalidPort() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start();
        RegistryClient client =
            Clients.of(Mirrors.none(), Logins.none(), Clients.recording(new ArrayList<>()))) {
      registry.on(
          "/v2/app/manifests/1", FakeRegistry.status(307, "Location", "http://127.0.0.1:70000/x"));
      assertThatThrownBy(() -> client.manifest(registry.reference("app:1")))
          .isInstanceOf(HttpFailure.Refused.class);
    }
  }
}
