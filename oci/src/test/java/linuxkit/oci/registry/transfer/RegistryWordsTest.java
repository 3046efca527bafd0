package linuxkit.oci.registry.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import java.nio.charset.StandardCharsets;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.registry.RegistryFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fault F5: what a registry says of itself is shown, as its words. */
class RegistryWordsTest extends RegistryClientFixture {
  private RegistryFailure refusedWith(HttpHandler answer) {
    registry.on("/v2/app/manifests/1", answer);
    return refusal(reference);
  }

  private static HttpHandler error(int status, String code, String message) {
    return FakeRegistry.json(
        status, "{\"errors\":[{\"code\":\"%s\",\"message\":%s}]}".formatted(code, message));
  }

  @ParameterizedTest
  @CsvSource({
    "402, quota exceeded for project foo",
    "451, not here",
    "400, namespace must be lower-case project/name",
    "429, You have reached your pull rate limit",
    "503, read-only for maintenance until 18:00",
    "403, project foo is suspended",
    "404, project foo was moved",
  })
  void f5ShowsTheMessageOfTheRegistry(int status, String message) {
    RegistryFailure failure = refusedWith(error(status, "X", "\"" + message + "\""));
    assertThat(failure).hasMessageEndingWith("; the registry says: \"" + message + "\"");
    assertThat(failure.hint()).doesNotContain("TLS", "check that this is a registry");
  }

  @Test
  void f5ShowsTheCodeOfAnErrorWithoutAMessage() {
    assertThat(refusedWith(error(402, "QUOTA", "\"\"")))
        .hasMessageEndingWith("; the registry says: \"QUOTA\"");
  }

  @Test
  void f5CutsAndCleansTheMessage() {
    String message = "\\u001b[2Jbad\\nnews \\\"quoted\\\" \\u202e" + "ä".repeat(300);
    String text = String.valueOf(refusedWith(error(402, "X", "\"" + message + "\"")).getMessage());
    String words = text.substring(text.indexOf("says: \"") + 7, text.length() - 1);
    assertThat(words).startsWith("[2Jbad news 'quoted'  ä").matches("[\\[a-z0-9Jä' ]+");
    assertThat(words.getBytes(StandardCharsets.UTF_8).length).isBetween(250, 256);
  }

  @Test
  void f5GivesTheHintAboutTlsOnlyIfTheAnswerIsNotOfARegistry() {
    RegistryFailure failure =
        refusedWith(
            FakeRegistry.answer(400, "text/plain", "speak TLS".getBytes(StandardCharsets.UTF_8)));
    assertThat(failure.hint()).startsWith("if it uses TLS: --mirror ");
    assertThat(failure).hasMessageEndingWith("returned status 400");
  }

  @Test
  void f5DoesNotRepeatWhatTheFailureSays() {
    assertThat(refusedWith(error(404, "MANIFEST_UNKNOWN", "\"manifest unknown\"")))
        .hasMessageEndingWith(
            "no such image in registry " + registry.reference("app:1").registry());
  }

  @ParameterizedTest
  @CsvSource({
    "{\"errors\":[]}",
    "{\"errors\":[5]}",
    "[]",
    "{}",
    "{\"errors\":{\"message\":\"x\"}}",
    "<html>"
  })
  void f5IgnoresOtherAnswers(String body) {
    assertThat(refusedWith(FakeRegistry.json(402, body)))
        .hasMessageEndingWith("returned status 402");
  }

  @Test
  void f15KeepsTheTypeOfAnOciManifestThatIsAnnouncedAsDockers() {
    byte[] own = image.manifestBytes;
    byte[] untyped =
        new String(own, StandardCharsets.UTF_8)
            .replaceFirst("\"mediaType\": *\"application/vnd.oci.image.manifest.v1\\+json\", *", "")
            .getBytes(StandardCharsets.UTF_8);
    registry.on(
        "/v2/app/manifests/1", FakeRegistry.answer(200, MediaTypes.DOCKER_MANIFEST, untyped));
    assertThat(client.manifest(reference).descriptor().mediaType())
        .isEqualTo(MediaTypes.OCI_MANIFEST);
  }
}
