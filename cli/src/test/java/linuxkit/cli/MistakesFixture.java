package linuxkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks a refusal as a user sees it: the whole text with its place, only on standard error, and
 * exit status 1.
 */
abstract class MistakesFixture {
  @TempDir static Path folder;

  @BeforeAll
  static void component() throws IOException {
    Path tool = Files.createDirectory(folder.resolve("tool"));
    Files.writeString(
        tool.resolve("build.yml"),
        "image: tool\nfiles: [{path: /tool, contents: t}, {path: /kernel, contents: k}]\n");
    Files.writeString(folder.resolve("good.yml"), "files: [{path: a, contents: b}]\n");
    Files.writeString(folder.resolve("none.pem"), "no certificate");
  }

  static void refused(String section, String message, String... args) {
    Map<String, String> environment =
        Map.of("HOME", folder.toString(), "LINUXKIT_CACHE", folder.resolve("cache").toString());
    Run run = Run.of(environment, args);
    assertThat(
            run.err()
                .replace(folder + "/", "")
                .replaceAll("\\b[0-9a-f]{40}(-[0-9a-f]{12})?\\b", "HASH"))
        .as(section)
        .isEqualTo("linuxkit: " + message + "\n");
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(1);
  }
}
