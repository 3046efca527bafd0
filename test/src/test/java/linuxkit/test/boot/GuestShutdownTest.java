package linuxkit.test.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import linuxkit.test.Programs;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that are powered off at each moment of their boot, and with a disk that hangs. */
@Tag("guest")
class GuestShutdownTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String WORDS = "these words are on the disk\n";
  private static final int SUPERBLOCK = 1024;

  @TempDir Path work;

  @Test
  void powersOffAtEachMomentOfTheBoot() throws Exception {
    GuestRun.build(work, "guest-poweroff.yml", text -> text);
    for (String moment : List.of("mounts", "modules")) {
      assertThat(boot(moment)).doesNotContain("disk PASSED", "after STARTED");
    }
    for (String moment : List.of("onboot", "containerd")) {
      assertThat(boot(moment)).contains("bye PASSED").doesNotContain("after STARTED");
    }
    assertThat(assertUnmounted("long")).doesNotContain("after STARTED");
    assertUnmounted("services");
    assertUnmounted("waiting");
  }

  /** Until something listens to the button, pressing it has no effect, and does no harm. */
  @Test
  void powersOffWhenTheButtonIsPressedAgainAndAgain() throws Exception {
    GuestRun.build(work, "guest-poweroff.yml", text -> text);
    assertThat(EmulatorFault.retried(this::pressedAgainAndAgain)).contains("Power down");
  }

  private String pressedAgainAndAgain() throws Exception {
    Monitor monitor = new Monitor(work.resolve("monitor"));
    try (Guest guest = Guest.pc(work.resolve("console"), machine("none", disk(), monitor))) {
      guest.consoleWith("Run /init", PATIENCE);
      Instant end = Instant.now().plus(PATIENCE);
      while (!guest.consoleText().contains("Power down")) {
        assertThat(Instant.now()).as(guest.consoleText()).isBefore(end);
        try {
          monitor.pressPowerButton();
        } catch (IOException _) {
          break; // QEMU has ended
        }
        Thread.sleep(1000);
      }
      return guest.consoleAtTheEnd(PATIENCE);
    }
  }

  @Test
  void powersOffInTimeWhenADiskAndAFileSystemDoNotRespond() throws Exception {
    GuestRun.build(work, "guest-hung.yml", text -> text);
    assertThat(EmulatorFault.retried(this::hung))
        .contains("stubborn still runs 10 s after SIGTERM, and is killed")
        .contains("a disk does not respond: going on without it", "Power down");
    assertThat(Files.readString(work.resolve("disk.img"), ISO_8859_1)).contains(WORDS);
  }

  private String hung() throws Exception {
    Path disk = disk();
    Monitor monitor = new Monitor(work.resolve("monitor"));
    try (Guest guest = Guest.pc(work.resolve("console"), machine("none", disk, monitor))) {
      guest.consoleWith("hung STARTED", PATIENCE);
      monitor.hang("disk");
      Thread.sleep(15_000); // until something waits for the disk
      monitor.pressPowerButton();
      Instant pressed = Instant.now();
      String console = guest.consoleAtTheEnd(PATIENCE);
      assertThat(Duration.between(pressed, Instant.now())).isLessThan(Duration.ofSeconds(130));
      return console;
    }
  }

  private String assertUnmounted(String moment) throws Exception {
    String console = boot(moment);
    assertThat(console).contains("disk PASSED", "bye PASSED");
    byte[] content = Files.readAllBytes(work.resolve("disk.img"));
    assertThat(new String(content, ISO_8859_1)).as("what was synchronised").contains(WORDS);
    ByteBuffer superblock =
        ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).position(SUPERBLOCK).slice();
    superblock.order(ByteOrder.LITTLE_ENDIAN);
    assertThat(superblock.getShort(58) & 1).as("unmounted in order").isEqualTo(1);
    assertThat(superblock.getInt(96) & 4).as("the journal is to be replayed").isZero();
    return console;
  }

  /** Returns what the guest printed, which is off within the bound of a shutdown. */
  private String boot(String moment) throws Exception {
    return EmulatorFault.retried(() -> bootOnce(moment));
  }

  private String bootOnce(String moment) throws Exception {
    Monitor monitor = new Monitor(work.resolve("monitor"));
    Path console = work.resolve(moment + ".log");
    try (Guest guest = Guest.pc(console, machine(moment, disk(), monitor))) {
      guest.consoleWith("sent at " + moment, PATIENCE);
      Instant sent = Instant.now();
      String text = guest.consoleAtTheEnd(PATIENCE);
      assertThat(Duration.between(sent, Instant.now())).as(text).isLessThan(Duration.ofMinutes(2));
      assertThat(text)
          .contains("Power down")
          .doesNotContain("does not respond", "takes too long", "still in use");
      return text;
    }
  }

  private List<String> machine(String moment, Path disk, Monitor monitor) throws IOException {
    List<String> line = new ArrayList<>(GuestRun.kernel(work, " WHEN=" + moment));
    line.addAll(List.of("-drive", "if=none,id=disk,format=raw,file=" + disk));
    line.addAll(List.of("-device", "virtio-blk-pci,drive=disk", "-smp", "2"));
    line.addAll(monitor.options());
    return line;
  }

  /** Makes a disk with an empty file system. */
  private Path disk() throws IOException {
    Programs.run(
        work,
        "sh",
        "-ec",
        "rm -f disk.img; truncate -s 32M disk.img; mkfs.ext4 -q -L data disk.img");
    return work.resolve("disk.img");
  }
}
