package linuxkit.oci.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import linuxkit.http.HttpFailure;
import linuxkit.oci.Digest;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.Referrer;
import linuxkit.oci.registry.RegistryFailure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReferrersTest {
  private static final Digest SUBJECT = Digest.sha256("subject".getBytes(UTF_8));
  private static final String PATH = "/v2/app/referrers/" + SUBJECT;

  private FakeRegistry registry;
  private RegistryClient client;
  private Reference reference;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    client = Clients.anonymous();
    reference = registry.reference("app:1");
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  private static byte[] index(int number) {
    String digest = Digest.sha256(new byte[] {(byte) number}).toString();
    return ("{\"schemaVersion\":2,\"mediaType\":\""
            + MediaTypes.OCI_INDEX
            + "\",\"manifests\":[{\"mediaType\":\""
            + MediaTypes.OCI_MANIFEST
            + "\",\"digest\":\""
            + digest
            + "\",\"size\":7,\"artifactType\":\"type/"
            + number
            + "\"}]}")
        .getBytes(UTF_8);
  }

  private static HttpHandler page(int number, String next) {
    return exchange -> {
      if (!next.isEmpty()) {
        exchange.getResponseHeaders().set("Link", "<" + next + ">; rel=\"next\"");
      }
      FakeRegistry.answer(200, MediaTypes.OCI_INDEX, index(number)).handle(exchange);
    };
  }

  @Test
  void readsAllPages() {
    registry.on(PATH, page(1, "/v2/app/second"));
    registry.on("/v2/app/second", page(2, registry.url("/v2/app/third?n=1")));
    registry.on("/v2/app/third", page(3, ""));
    assertThat(client.referrers(reference, SUBJECT))
        .extracting(Referrer::artifactType)
        .containsExactly("type/1", "type/2", "type/3");
  }

  @Test
  void refusesANextPageOnAnotherServer() throws IOException {
    try (FakeRegistry elsewhere = FakeRegistry.startElsewhere()) {
      registry.on(PATH, page(1, elsewhere.url("/v2/app/second")));
      assertThatThrownBy(() -> client.referrers(reference, SUBJECT))
          .isInstanceOf(HttpFailure.Refused.class)
          .hasMessage(
              reference + ": the next page of " + registry.url(PATH) + " is on another server");
      assertThat(elsewhere.seen()).isEmpty();
    }
  }

  @Test
  void refusesAnEndlessList() {
    registry.on(PATH, page(1, PATH));
    assertThatThrownBy(() -> client.referrers(reference, SUBJECT))
        .isInstanceOf(RegistryFailure.WrongContent.class)
        .hasMessageContaining("has more than 64 pages");
    assertThat(registry.seen()).hasSize(64);
  }

  @Test
  void refusesAnEndlessPage() {
    registry.on(PATH, FakeRegistryFaults.endless(MediaTypes.OCI_INDEX));
    assertThatThrownBy(() -> client.referrers(reference, SUBJECT))
        .isInstanceOf(RegistryFailure.WrongContent.class)
        .hasMessageContaining("is longer than 4194304 bytes");
  }

  @Test
  void refusesAPageThatIsNotAnIndex() {
    registry.on(PATH, FakeRegistry.json(200, "{\"schemaVersion\":2,\"layers\":[]}"));
    assertThatThrownBy(() -> client.referrers(reference, SUBJECT))
        .isInstanceOf(ManifestFailure.class);
  }

  @Test
  void readsTheTagIfTheRegistryKeepsNoList() {
    String tag = "sha256-" + SUBJECT.hex();
    registry.on(
        "/v2/app/manifests/" + tag, FakeRegistry.answer(200, MediaTypes.OCI_INDEX, index(5)));
    assertThat(client.referrers(reference, SUBJECT))
        .extracting(Referrer::artifactType)
        .containsExactly("type/5");
  }
}
