package linuxkit.test.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One boot of a system that uses volumes, runtime instructions, containerd's settings, the service
 * command and onshutdown, with containers that fail and one that ignores SIGTERM.
 */
class GuestFeaturesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir Path work;

  @Test
  void passesInEveryPartOfTheGuest() throws Exception {
    Path manifest = work.resolve("guest.yml");
    try (var template = GuestFeaturesTest.class.getResourceAsStream("/guest-features.yml")) {
      Files.writeString(
          manifest,
          new String(template.readAllBytes(), UTF_8)
              .replace("COMPONENTS", Linuxkit.PROJECT.resolve("pkg").toString()));
    }
    Linuxkit linuxkit = Linuxkit.withComponents();
    linuxkit
        .run("build", "--arch", "amd64", "--dir", work.toString(), manifest.toString())
        .succeeds();
    Path state = work.resolve("state");
    linuxkit
        .run(
            "run",
            "qemu",
            "--arch",
            "x86_64",
            "--detached",
            "--networking",
            "none",
            "--state",
            state.toString(),
            work.resolve("guest").toString())
        .succeeds();
    try {
      assertThat(consoleAtTheEnd(state))
          .contains("failing PASSED")
          .contains("Error creating onboot 001-missing")
          .contains("volumes PASSED")
          .contains("runtime PASSED")
          .contains("kept PASSED")
          .contains("cannot start service missing")
          .contains("operator PASSED")
          .contains("shutdown 000-endless: still running after 5 seconds, and killed")
          .contains("endless PASSED")
          .contains("last PASSED")
          .doesNotContain("umount");
    } finally {
      linuxkit.run("run", "stop", state.toString());
    }
  }

  /** What the guest printed until it powered itself off. */
  private static String consoleAtTheEnd(Path state) throws IOException, InterruptedException {
    Path console = state.resolve("console.log");
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
