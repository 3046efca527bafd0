package linuxkit.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TaskLineTest {
  private static final long SECOND = 1_000_000_000;
  private static final long MEBI = 1 << 20;

  @Test
  void showsAmountSpeedAndRemainingTime() {
    assertThat(TaskLine.of("app:1 0123456789ab", 30 * MEBI, 120 * MEBI, 3 * SECOND, 100))
        .isEqualTo("app:1 0123456789ab 25% of 120.0 MiB, 10.0 MiB/s, 9 s left");
    assertThat(TaskLine.of("x", MEBI, 1000 * MEBI, 2 * SECOND, 100))
        .isEqualTo("x 0% of 1000.0 MiB, 512.0 KiB/s, 33:18 min left");
    assertThat(TaskLine.of("x", MEBI, 100_000 * MEBI, 2 * SECOND, 100))
        .isEqualTo("x 0% of 97.7 GiB, 512.0 KiB/s, 55:33 h left");
    assertThat(TaskLine.of("x", 1023, 2048, 2 * SECOND, 100))
        .isEqualTo("x 49% of 2.0 KiB, 511 B/s, 3 s left");
    assertThat(TaskLine.of("x", MEBI, MEBI, 2 * SECOND, 100))
        .isEqualTo("x 100% of 1.0 MiB, 512.0 KiB/s, 0 s left");
  }

  @Test
  void leavesOutUnknownNumbers() {
    assertThat(TaskLine.of("x", 0, 10 * MEBI, 0, 100)).isEqualTo("x 0% of 10.0 MiB");
    assertThat(TaskLine.of("x", 0, 10 * MEBI, 5 * SECOND, 100)).isEqualTo("x 0% of 10.0 MiB");
    assertThat(TaskLine.of("x", 5 * MEBI, -1, 5 * SECOND, 100)).isEqualTo("x 5.0 MiB");
    assertThat(TaskLine.of("x", 0, -1, 5 * SECOND, 100)).isEqualTo("x");
  }

  @Test
  void distinguishesTheLayersOfAnImageOnNarrowTerminals() {
    String label = "registry.example/team/application:1.2.3 0123456789ab";
    assertThat(TaskLine.of(label, 30 * MEBI, 120 * MEBI, 3 * SECOND, 79))
        .isEqualTo(
            "registry.exam…ication:1.2.3 0123456789ab 25% of 120.0 MiB, 10.0 MiB/s, 9 s left");
    assertThat(TaskLine.of(label, 30 * MEBI, 120 * MEBI, 3 * SECOND, 40))
        .isEqualTo("registry.…2.3 0123456789ab 25%, 9 s left");
    assertThat(TaskLine.of(label, 30 * MEBI, 120 * MEBI, 3 * SECOND, 24))
        .isEqualTo("registr…0123456789ab 25%");
    assertThat(TaskLine.of(label, 30 * MEBI, 120 * MEBI, 3 * SECOND, 12)).isEqualTo("regi…56789ab");
  }

  @Test
  void fitsOnOneLine() {
    for (int room = 1; room < 120; room++) {
      assertThat(
              TaskLine.of("docker.io/library/nginx:1.27", 3 * MEBI, 120 * MEBI, 3 * SECOND, room))
          .hasSizeLessThanOrEqualTo(room);
    }
  }
}
