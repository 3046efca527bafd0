package linuxkit.test.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import linuxkit.test.Linuxkit;
import linuxkit.test.boot.GuestRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Boots a system twice that formats its disks, mounts them by label, encrypts two of them and swaps
 * to a file. The disks are larger the second time.
 */
@Tag("examples")
class ExamplesDisksTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long MIB = 1 << 20;
  private static final List<String> FORMATTED = List.of("ext", "btrfs", "xfs");

  @TempDir Path work;

  @Test
  void keepsWhatIsOnDisksThatGrow() throws Exception {
    GuestRun.build(work, "examples-disks.yml", text -> text);
    String first = boot(512);
    assertThat(first)
        .contains("disks PASSED", "the disk is encrypted", "format: No eligible disks found")
        .containsPattern("Partition /dev/sd[a-e]1 successfully created!")
        .contains("1-part1 is neither empty nor encrypted with LUKS: it was left as it is")
        .containsPattern("kmsg: \\(0\\) - 20\\S+Z: Linux version")
        .contains("rngd: Wrote 64 bytes of entropy")
        .doesNotContain("FAILED", " kept ");
    FORMATTED.forEach(name -> assertThat(size(first, name)).isBetween(400, 511));

    String second = boot(768);
    assertThat(second)
        .contains("disks PASSED")
        .contains("luks kept secret", "plain kept secret")
        .doesNotContain("FAILED", "successfully created");
    assertThat(second.lines().filter(line -> line.contains("Extended /dev/sd"))).hasSize(3);
    for (String name : FORMATTED) {
      assertThat(second).contains(name + " kept first boot");
      assertThat(size(second, name)).isBetween(650, 767);
    }
    assertThat(boot(768)).contains("No free space", "disks PASSED").doesNotContain("Extended /dev");
  }

  @Test
  void runsProgramsOfAnotherProcessor() throws Exception {
    Path program = Linuxkit.PROJECT.resolve("target/guest/arm64/tools");
    String console =
        GuestRun.console(
            work,
            "examples-binfmt.yml",
            text -> text.replace("ARM64", program.toString()),
            PATIENCE,
            "--accel",
            "tcg",
            "--mem",
            "2048");
    assertThat(console).contains("interpreter /usr/bin/qemu-s390x", "flags: OCF", "arm64 PASSED");
  }

  private String boot(int megabytes) throws Exception {
    List<String> options = new ArrayList<>(List.of("--accel", "tcg"));
    int[] sizes = {megabytes, megabytes, megabytes, 40, 32};
    for (int i = 0; i < sizes.length; i++) {
      Path disk = work.resolve("disk" + i);
      resize(disk, sizes[i]);
      options.addAll(List.of("--disk", "file=" + disk + ",format=raw"));
    }
    return GuestRun.boot(work, PATIENCE, options.toArray(String[]::new));
  }

  private static void resize(Path disk, int megabytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(megabytes * MIB);
    }
  }

  private static int size(String console, String name) {
    return console
        .lines()
        .filter(line -> line.contains("check: " + name + " has "))
        .map(line -> line.replaceAll(".* has (\\d+) MB.*", "$1"))
        .map(Integer::valueOf)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no size of " + name + " in:\n" + console));
  }
}
