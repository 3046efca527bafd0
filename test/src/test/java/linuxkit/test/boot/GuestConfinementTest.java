package linuxkit.test.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One boot of containers that try to leave their confinement, and of some that are not confined.
 */
@Tag("guest")
class GuestConfinementTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path work;

  @Test
  void confinesContainersWithoutCapabilities() throws Exception {
    Path manifest = work.resolve("confinement.yml");
    try (var template = GuestConfinementTest.class.getResourceAsStream("/guest-confinement.yml")) {
      Files.writeString(
          manifest,
          new String(template.readAllBytes(), UTF_8)
              .replace("COMPONENTS", Linuxkit.PROJECT.resolve("pkg").toString()));
    }
    Linuxkit linuxkit = Linuxkit.withComponents();
    linuxkit
        .run("build", "--arch", "amd64", "--dir", work.toString(), manifest.toString())
        .succeeds();
    String state = work.resolve("state").toString();
    linuxkit
        .run(
            "run",
            "qemu",
            "--arch",
            "x86_64",
            "--accel",
            "tcg",
            "--detached",
            "--networking",
            "none",
            "--state",
            state,
            work.resolve("confinement").toString())
        .succeeds();
    try {
      assertThat(consoleAtTheEnd(Path.of(state, "console.log")))
          .contains("plain PASSED")
          .contains("network PASSED")
          .contains("own network PASSED")
          .contains("open PASSED")
          .contains("read-only PASSED")
          .contains("limited PASSED")
          .contains("own PASSED")
          .contains("operator PASSED")
          .doesNotContain("can write")
          .doesNotContain("sysrq:")
          .doesNotContain("ESCAPED");
    } finally {
      linuxkit.run("run", "stop", state);
    }
  }

  /** What the guest printed until it powered itself off. */
  private static String consoleAtTheEnd(Path console) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(end)) {
      String text = Files.readString(console);
      if (text.contains("Power down")) {
        return text;
      }
      Thread.sleep(250);
    }
    throw new AssertionError(
        "still up after " + PATIENCE + "; the console:\n" + Files.readString(console));
  }
}
