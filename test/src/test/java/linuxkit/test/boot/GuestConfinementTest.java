package linuxkit.test.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One boot of containers that try to leave their confinement, and of some that are not confined.
 */
@Tag("guest")
class GuestConfinementTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path work;

  @ParameterizedTest
  @ValueSource(strings = {"runc", "crun"})
  void confinesContainersWithoutCapabilities(String runtime) throws Exception {
    assertThat(
            GuestRun.console(
                work,
                "guest-confinement.yml",
                text -> text.replace("COMPONENTS/runc", "COMPONENTS/" + runtime),
                PATIENCE,
                "--accel",
                "tcg"))
        .contains("plain PASSED")
        .contains("network PASSED")
        .contains("own network PASSED")
        .contains("open PASSED")
        .contains("read-only PASSED")
        .contains("limited PASSED")
        .contains("own PASSED")
        .contains("devices PASSED")
        .contains("terminal: ?[31mred?]0;title??init: forged", "terminal PASSED")
        .contains("this machine has no /dev/absent: the container is started without it")
        .contains("operator PASSED")
        .doesNotContain("can write")
        .doesNotContain("sysrq:")
        .doesNotContain("ESCAPED");
  }
}
