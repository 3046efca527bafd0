package linuxkit.test.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
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
    assertThat(GuestRun.console(work, "guest-features.yml", text -> text, PATIENCE))
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
  }
}
