package linuxkit.test.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.test.Linuxkit;
import linuxkit.test.Programs;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One boot on a machine whose clock is at 1970, with a second disk: parameters of modules, links to
 * disks, the machine's ID, the seed for random numbers and the power button.
 */
@Tag("guest")
class GuestDevicesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String UUID = "01234567-89ab-4def-8123-456789abcdef";

  @TempDir Path work;

  @Test
  void findsItsDevicesAndItsIdentity() throws Exception {
    build();
    Path disk = disk();
    Monitor monitor = new Monitor(work.resolve("monitor"));
    Path console = work.resolve("console.log");
    List<String> machine =
        List.of(
            "-kernel",
            work.resolve("devices-kernel").toString(),
            "-initrd",
            work.resolve("devices-initrd.img").toString(),
            "-append",
            Files.readString(work.resolve("devices-cmdline")),
            "-uuid",
            UUID,
            "-rtc",
            "base=1970-01-02T00:00:00",
            "-drive",
            "if=none,id=disk,format=raw,file=" + disk,
            "-device",
            "virtio-blk-pci,drive=disk,serial=one",
            "-monitor",
            "unix:" + monitor.socket() + ",server=on,wait=off");
    try (Guest guest = Guest.pc(console, machine)) {
      String text = waitFor(guest, "devices PASSED");
      assertThat(text)
          .doesNotContain("FAILED")
          .contains("the device watcher ended with status 137; starting another")
          .containsPattern("the clock said 1970-01-02 00:0.:.., which is before this system")
          .contains("machine-id " + expectedId());
      monitor.pressPowerButton();
      assertThat(count(waitFor(guest, "Power down"), "power button pressed")).isEqualTo(1);
    }
    assertThat(Files.readString(disk, ISO_8859_1)).contains("linuxkit seed 1\n");
  }

  private void build() throws IOException {
    Path manifest = work.resolve("devices.yml");
    try (var template = GuestDevicesTest.class.getResourceAsStream("/guest-devices.yml")) {
      Files.writeString(
          manifest,
          new String(template.readAllBytes(), UTF_8)
              .replace("COMPONENTS", Linuxkit.PROJECT.resolve("pkg").toString()));
    }
    Linuxkit.withComponents()
        .run("build", "--arch", "amd64", "--dir", work.toString(), manifest.toString())
        .succeeds();
  }

  /** Makes a disk with one partition, which has an ext4 file system. */
  private Path disk() throws IOException {
    String script =
        """
        truncate -s 32M disk.img part.img && truncate -s 16M part.img
        mkfs.ext4 -q -O ^metadata_csum -L 'my data' -U 01234567-89ab-cdef-0123-456789abcdef part.img
        sgdisk -o -n 1:2048:+16M -c 1:first -u 1:11111111-2222-3333-4444-555555555555 disk.img
        dd if=part.img of=disk.img bs=1M seek=1 conv=notrunc
        """;
    Programs.run(work, "sh", "-ec", script);
    return work.resolve("disk.img");
  }

  private static String expectedId() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update("linuxkit machine-id\0".getBytes(US_ASCII));
    byte[] hash = digest.digest(UUID.replace("-", "").getBytes(US_ASCII));
    hash[6] = (byte) ((hash[6] & 0x0f) | 0x40);
    hash[8] = (byte) ((hash[8] & 0x3f) | 0x80);
    return HexFormat.of().formatHex(hash, 0, 16);
  }

  private static int count(String text, String part) {
    Matcher matcher = Pattern.compile(Pattern.quote(part)).matcher(text);
    return (int) matcher.results().count();
  }

  private static String waitFor(Guest guest, String wanted)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(end)) {
      String text = guest.consoleText();
      if (text.contains(wanted)) {
        return text;
      }
      Thread.sleep(250);
    }
    throw new AssertionError("no \"" + wanted + "\"; the console:\n" + guest.consoleText());
  }
}
