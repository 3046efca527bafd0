package linuxkit.run.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import linuxkit.base.Failure;
import linuxkit.run.DiskSpec;
import linuxkit.run.GuestFailure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DetachedTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;

  /** Waits until the guest is up, from when on it reacts to its power button. */
  private static void awaitUp(QemuGuest guest) throws IOException, InterruptedException {
    while (!Files.readString(guest.console()).contains("up")) {
      assertThat(guest.pid()).isPresent();
      Thread.sleep(10);
    }
  }

  private static QemuGuest guest(Path state) {
    return new Qemu(QemuOptions.defaults(Map.of())).guest(state);
  }

  @AfterEach
  void killGuest() {
    guest(folder.resolve("tiny.qcow2-state"))
        .pid()
        .flatMap(ProcessHandle::of)
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void runsAGuestInTheBackgroundUntilItsPowerButtonIsPressed() throws Exception {
    QemuGuest guest = TinyGuest.in(folder).start();
    assertThat(guest.state()).isEqualTo(folder.resolve("tiny.qcow2-state"));
    awaitUp(guest);
    assertThat(guest(guest.state()).stop(LONG)).isTrue();
    assertThat(guest.pid()).isEmpty();
    assertThatThrownBy(() -> guest.stop(LONG)).isInstanceOf(GuestFailure.class);
  }

  @Test
  void keepsTheMacAddress() throws Exception {
    QemuGuest guest = TinyGuest.in(folder).start();
    String mac = Files.readString(guest.state().resolve("mac-addr"));
    guest.stop(Duration.ZERO);
    TinyGuest.in(folder).start().stop(Duration.ZERO);
    assertThat(guest.state().resolve("mac-addr")).hasContent(mac);
  }

  @Test
  void killsAGuestThatIgnoresItsPowerButton() throws Exception {
    QemuGuest guest = TinyGuest.deafIn(folder).start();
    awaitUp(guest);
    assertThat(guest.stop(Duration.ofMillis(100))).isFalse();
    assertThat(guest.pid()).isEmpty();
  }

  @Test
  void refusesASecondGuestInAStateDirectory() throws Exception {
    TinyGuest tiny = TinyGuest.in(folder);
    QemuGuest guest = tiny.start();
    assertThatThrownBy(tiny::start)
        .isInstanceOf(GuestFailure.class)
        .hasMessageContaining("process " + guest.pid().orElseThrow());
    guest.stop(Duration.ZERO);
  }

  /** QEMU would refuse to open the file a second time if the first guest could write to it. */
  @Test
  void bootsTwoGuestsFromOneUnmodifiedImage() throws Exception {
    TinyGuest tiny = TinyGuest.in(folder);
    byte[] image = Files.readAllBytes(tiny.image());
    QemuGuest one = tiny.start();
    QemuGuest other = TinyGuest.in(folder).state(folder.resolve("other")).start();
    other.stop(Duration.ZERO);
    one.stop(Duration.ZERO);
    assertThat(tiny.image()).hasBinaryContent(image);
  }

  @Test
  void reusesTheStateDirectoryOfAKilledGuest() throws Exception {
    QemuGuest guest = TinyGuest.in(folder).start();
    ProcessHandle process = ProcessHandle.of(guest.pid().orElseThrow()).orElseThrow();
    process.destroyForcibly();
    while (guest.pid().isPresent()) {
      Thread.sleep(10);
    }
    assertThat(guest.state().resolve("qemu.pid")).exists();
    TinyGuest.in(folder).start().stop(Duration.ZERO);
  }

  @Test
  void reportsErrorsOfQemu() throws Exception {
    TinyGuest tiny = TinyGuest.in(folder).devices(List.of("no-such-device"));
    assertThatThrownBy(tiny::start)
        .isInstanceOf(GuestFailure.class)
        .hasMessageContaining("'no-such-device' is not a valid device");
  }

  @Test
  void createsMissingDisksOnce() throws Exception {
    TinyGuest tiny =
        TinyGuest.in(folder)
            .disks(
                List.of(
                    DiskSpec.parse("size=1G"),
                    DiskSpec.parse("size=3M,format=raw,file=" + folder.resolve("raw"))));
    QemuGuest guest = tiny.start();
    guest.stop(Duration.ZERO);
    assertThat(guest.state().resolve("disk.img")).exists();
    assertThat(folder.resolve("raw")).hasSize(3 << 20);
    var created = Files.getLastModifiedTime(guest.state().resolve("disk.img"));
    tiny.start().stop(Duration.ZERO);
    assertThat(Files.getLastModifiedTime(guest.state().resolve("disk.img"))).isEqualTo(created);
  }

  @Test
  void refusesAMissingDiskWithoutASize() throws Exception {
    TinyGuest tiny = TinyGuest.in(folder).disks(List.of(DiskSpec.of(folder.resolve("none"))));
    assertThatThrownBy(tiny::start)
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.hint()).contains("size=1G"));
  }

  @Test
  void refusesAStateDirectoryWithTooLongAPath() throws Exception {
    TinyGuest tiny = TinyGuest.in(folder).state(folder.resolve("x".repeat(100)));
    assertThatThrownBy(tiny::start).hasMessageContaining("too long");
  }
}
