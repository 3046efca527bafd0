package linuxkit.test.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boots of systems in which something hangs, fills up or is missing. Each powers itself off. */
@Tag("guest")
class GuestBoundsTest {
  // In the output of df: the file system, and its size in KiB.
  private static final Pattern SIZE = Pattern.compile("^(?:tmpfs|dev) +([0-9]+) ");
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path work;

  @Test
  void startsServicesDespiteFullMemoryAHangingContainerAndNoDhcpServer() throws Exception {
    String console =
        GuestRun.console(
            work, "guest-bounds.yml", text -> text, PATIENCE, "--device", "virtio-net-pci");
    assertThat(console)
        .contains(
            "000-fill: root has mode 755",
            "000-fill: memory left PASSED",
            "001-dhcpcd: eth0: soliciting a DHCP lease",
            "001-dhcpcd: still running after 30 seconds, and goes on in the background",
            "002-hang: hang PASSED",
            "still waiting for onboot 002-hang (30 s)",
            "onboot 002-hang: still running after 40 seconds, and killed",
            "service PASSED",
            "shutdown 000-bye: still running after 5 seconds, and killed")
        .containsSubsequence(
            "goes on in the background", "hang PASSED", "service PASSED", "bye PASSED")
        .containsPattern("tmpfs .* /var/lib/containerd")
        .doesNotContain("Error creating", "cannot start service", "umount");
    assertThat(sizesInMemory(console)).isLessThan(1024 * 1024);
  }

  @Test
  void endsABootAndAStuckShutdownInTimeWithoutAConsole() throws Exception {
    String console = GuestRun.console(work, "guest-ending.yml", text -> text, PATIENCE);
    assertThat(console)
        .contains("streams of init: /dev/null", "streams of init: /dev/kmsg")
        .contains("streams of rc.init: /dev/null", "streams of rc.init: /dev/kmsg")
        .contains("streams of hotplug: /dev/null", "streams of hotplug: /dev/kmsg")
        .doesNotContain("streams of init: socket", "streams of hotplug: socket", "dev/input")
        .containsSubsequence(
            "first STARTED",
            "down ENDED",
            "stuck STARTED",
            "the shutdown takes too long: ending it now",
            "EXT4-fs (loop0): unmounting filesystem")
        .containsPattern("/dev/loop1 +partition")
        .doesNotContain("second STARTED", "001-second", "still in use", "does not respond");
  }

  @Test
  void powersOffIfTheInitrdDoesNotFitIntoMemory() throws Exception {
    Linuxkit.Result built = GuestRun.build(work, "guest-bounds.yml", text -> text);
    String needed =
        (built.out() + built.err())
            .lines()
            .filter(line -> line.startsWith("The system needs at least "))
            .map(line -> line.replaceAll("[^0-9]", ""))
            .findFirst()
            .orElseThrow();
    assertThat(GuestRun.boot(work, PATIENCE, "--mem", "256"))
        .contains("init: this system needs " + needed + " MiB of memory, and the machine has 25")
        .doesNotContain("Welcome to LinuxKit");
  }

  /** Adds up the KiB that {@code df} printed for file systems in memory. */
  private static long sizesInMemory(String console) {
    return console
        .lines()
        .map(SIZE::matcher)
        .filter(Matcher::find)
        .mapToLong(size -> Long.parseLong(size.group(1)))
        .sum();
  }
}
