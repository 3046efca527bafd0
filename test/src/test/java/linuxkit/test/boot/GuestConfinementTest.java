package linuxkit.test.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
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
    assertThat(
            GuestRun.console(
                work, "guest-confinement.yml", text -> text, PATIENCE, "--accel", "tcg"))
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
  }
}
