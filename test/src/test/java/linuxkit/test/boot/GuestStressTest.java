package linuxkit.test.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Systems whose supervisor, containerd and services are killed or hang again and again. */
@Tag("guest")
class GuestStressTest {
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  @TempDir Path work;

  /**
   * Memory for files runs out, too, and a service crashes for a minute. At the end, {@code /var} is
   * full and a service ignores SIGTERM.
   */
  @Test
  void watchesServicesThroughTheEndOfTheirWatchers() throws Exception {
    String console =
        GuestRun.console(
            work, "guest-stress.yml", text -> text, PATIENCE, "--accel", "tcg", "--cpus", "2");
    assertThat(console)
        .contains("onboot 000-fails exited with status 3")
        .contains("Error creating onboot 001-missing")
        .contains("onboot 002-memory was killed by SIGKILL")
        .contains("the supervisor was killed by SIGKILL; it is started again in 1 s")
        .containsOnlyOnce("the supervisor has not responded for 12 s, and is killed")
        .contains("the supervisor exited with status 1; it is started again in ")
        .contains("the supervisor is started again, and watches 5 running services")
        .contains("containerd has not answered for 18 s, and is killed")
        .contains("containerd ended with an unknown exit status; it is started again in ")
        .contains("stubborn still runs 2 s after SIGTERM, and is killed")
        .contains(
            "taken over PASSED",
            "replaced PASSED",
            "supervised PASSED",
            "hanging PASSED",
            "full PASSED",
            "crash PASSED",
            "operator PASSED")
        .doesNotContain("once is started again", "the shutdown takes too long");
    assertThat(console.lines().filter(line -> line.startsWith("service: crash e")))
        .as("the lines of a service that crashes for a minute")
        .hasSizeBetween(5, 10);
  }
}
