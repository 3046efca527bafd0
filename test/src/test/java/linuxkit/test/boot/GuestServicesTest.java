package linuxkit.test.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One boot of a system with thirty services side by side, and others that crash, run out of memory,
 * wait for each other, print without end and ignore SIGTERM; containerd is killed several times.
 */
@Tag("guest")
class GuestServicesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int SIDE_BY_SIDE = 30;

  @TempDir Path work;

  @Test
  void keepsServicesRunning() throws Exception {
    assertThat(
            GuestRun.console(
                work,
                "guest-services.yml",
                text -> text.replace("services:\n", "services:\n" + simpleServices()),
                PATIENCE,
                "--accel",
                "tcg",
                "--cpus",
                "2",
                "--mem",
                "2048"))
        .contains("early PASSED")
        .contains("cannot start service broken")
        .contains("damaged is not started: its runtime.json cannot be used")
        .containsPattern("crash exited with status 7 after .*; it is started again in 1 s")
        .contains("crash is started again (restart 1)")
        .containsPattern("segv was killed by SIGSEGV after ")
        .containsPattern("oom was killed by SIGKILL after .*: out of memory")
        .contains("never is not ready after 3 s; services after it no longer wait")
        .contains("containerd was killed by SIGKILL; it is started again in 0.5 s; services go on")
        .contains("containerd serves again")
        .contains("never still runs 1 s after SIGTERM, and is killed")
        .contains("order PASSED")
        .contains("ends PASSED")
        .contains("containerd PASSED")
        .contains("stopping PASSED")
        .contains("logs PASSED")
        .contains("operator PASSED")
        .contains("ending PASSED")
        .doesNotContain("loading plugin");
  }

  private static String simpleServices() {
    return IntStream.range(0, SIDE_BY_SIDE)
        .mapToObj(
            number ->
                """
                  - name: side%02d
                    image: "@pkg:COMPONENTS/init"
                    command: [/bin/sh, -c, "trap 'exit 0' TERM; while :; do sleep 1; done"]
                """
                    .formatted(number))
        .collect(Collectors.joining());
  }
}
