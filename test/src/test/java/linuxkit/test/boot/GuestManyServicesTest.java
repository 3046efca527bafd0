package linuxkit.test.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Systems with many services, whose containerd is killed. */
@Tag("guest")
class GuestManyServicesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  @TempDir Path work;

  @Test
  void startsAHundredServices() throws Exception {
    assertThat(many(100, 1)).contains("100 services PASSED", "1 kills PASSED");
  }

  @Test
  void keepsServicesWhenContainerdIsKilledTenTimes() throws Exception {
    assertThat(many(10, 10))
        .contains("10 services PASSED", "10 kills PASSED")
        .contains("containerd has ended 6 times in a row: it is tried every 30 s from now on");
  }

  private String many(int count, int kills) throws Exception {
    return GuestRun.console(
        work,
        "guest-many.yml",
        text ->
            text.replace("services:\n", "services:\n" + services(count))
                .replace("COUNT", Integer.toString(count))
                .replace("KILLS", Integer.toString(kills)),
        PATIENCE,
        "--accel",
        "tcg",
        "--cpus",
        "2",
        "--mem",
        "3072");
  }

  private static String services(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            number ->
                """
                  - name: side%02d
                    image: "@pkg:COMPONENTS/init"
                    command: [/bin/sh, -c, "trap 'exit 0' TERM; sleep 100000 & wait"]
                """
                    .formatted(number))
        .collect(Collectors.joining());
  }
}
