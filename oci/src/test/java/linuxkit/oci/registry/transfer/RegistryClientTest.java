package linuxkit.oci.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import java.util.List;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import org.junit.jupiter.api.Test;

/** Fetches manifests, and refuses wrong ones. */
class RegistryClientTest extends RegistryClientFixture {
  @Test
  void fetchesByTagByDigestAndLatest() {
    registry.serve("app", "latest", image);
    Reference byDigest = registry.reference("app:other@" + image.manifest.digest());

    for (Reference name : List.of(reference, byDigest, registry.reference("app"))) {
      FetchedDocument fetched = client.manifest(name);
      assertThat(fetched.bytes()).isEqualTo(image.manifestBytes);
      assertThat(fetched.descriptor().digest()).isEqualTo(image.manifest.digest());
      assertThat(fetched.descriptor().mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    }
    assertThat(registry.seen("/v2/app/manifests/other")).isEmpty();
  }

  @Test
  void reportsWhetherAnImageExists() {
    assertThat(client.exists(reference)).isTrue();
    assertThat(client.exists(registry.reference("app:2"))).isFalse();
    assertThat(registry.seen()).allMatch(s -> s.method().equals("HEAD"));
  }

  @Test
  void reportsAMissingImage() {
    RegistryFailure failure = refusal(registry.reference("nope:1"));

    assertThat(failure).isInstanceOf(RegistryFailure.NotFound.class);
    assertThat(failure)
        .hasMessage(
            registry.authority() + "/nope:1: no such image in registry " + registry.authority());
    assertThat(failure.hint()).isEqualTo("check the name and tag; private images need a login");
  }

  @Test
  void refusesAManifestWithAWrongDigest() {
    registry.on("/v2/app/manifests/" + Digest.sha256(new byte[1]), manifest(image.manifestBytes));

    assertWrong(
        registry.reference("app@" + Digest.sha256(new byte[1])),
        "is not " + Digest.sha256(new byte[1]) + ", but has " + image.manifest.digest());
  }

  @Test
  void doesNotTrustADigestHeader() {
    // The header has the requested digest, but the content has another one.
    Digest asked = Digest.sha256(new byte[1]);
    registry.on(
        "/v2/app/manifests/" + asked,
        exchange -> {
          exchange.getResponseHeaders().set("Docker-Content-Digest", asked.toString());
          manifest(image.manifestBytes).handle(exchange);
        });

    assertWrong(registry.reference("app@" + asked), "is not " + asked);
  }

  @Test
  void refusesATagWhoseDigestHeaderIsWrong() {
    Digest other = Digest.sha256(new byte[2]);
    registry.on(
        "/v2/app/manifests/1",
        exchange -> {
          exchange.getResponseHeaders().set("Docker-Content-Digest", other.toString());
          manifest(image.manifestBytes).handle(exchange);
        });

    assertWrong(reference, "is not " + other + ", but has " + image.manifest.digest());
  }

  @Test
  void refusesAWebPageInsteadOfAManifest() {
    registry.on(
        "/v2/app/manifests/1",
        FakeRegistry.answer(200, "text/html; charset=utf-8", "<html>Welcome".getBytes(UTF_8)));

    assertWrong(reference, "is a web page, not an image");
  }

  @Test
  void refusesAManifestOfDockersFirstSchema() {
    registry.on(
        "/v2/app/manifests/1",
        FakeRegistry.answer(
            200,
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            "{}".getBytes(UTF_8)));

    assertWrong(reference, "is of type application/vnd.docker.distribution.manifest.v1+prettyjws");
  }

  @Test
  void usesTheManifestsOwnTypeIfTheServerSendsNone() {
    registry.on("/v2/app/manifests/1", FakeRegistry.answer(200, "text/plain", image.manifestBytes));

    assertThat(client.manifest(reference).descriptor().mediaType())
        .isEqualTo(MediaTypes.OCI_MANIFEST);
  }

  @Test
  void refusesAnEndlessManifest() {
    registry.on("/v2/app/manifests/1", endless(MediaTypes.OCI_MANIFEST));

    assertWrong(reference, "is longer than 4194304 bytes");
  }

  private void assertWrong(Reference name, String what) {
    assertThat(refusal(name))
        .isInstanceOf(RegistryFailure.WrongContent.class)
        .hasMessageStartingWith(name + ": the content of http://" + registry.authority())
        .hasMessageContaining(what);
  }

  private static HttpHandler endless(String type) {
    return FakeRegistryFaults.endless(type);
  }
}
