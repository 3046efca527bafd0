package linuxkit.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DetachedTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;

  private static RunningGuest start(QemuOptions options) {
    return Qemu.start(options, Progress.silent());
  }

  /** The guest hears its button from when it has said so. */
  private static void awaitUp(RunningGuest guest) throws IOException, InterruptedException {
    while (!Files.readString(guest.console()).contains("up")) {
      assertThat(guest.pid()).isPresent();
      Thread.sleep(10);
    }
  }

  @AfterEach
  void endWhatIsLeft() {
    RunningGuest guest = RunningGuest.in(folder.resolve("tiny.qcow2-state"));
    guest.pid().flatMap(ProcessHandle::of).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void runsInTheBackgroundUntilItsButtonIsPressed() throws Exception {
    RunningGuest guest = start(TinyGuest.in(folder).build());
    assertThat(guest.state()).isEqualTo(folder.resolve("tiny.qcow2-state"));
    awaitUp(guest);
    assertThat(RunningGuest.in(guest.state()).stop(LONG)).isTrue();
    assertThat(guest.pid()).isEmpty();
    assertThatThrownBy(() -> guest.stop(LONG)).isInstanceOf(GuestFailure.class);
  }

  @Test
  void keepsItsMacAddress() throws Exception {
    RunningGuest guest = start(TinyGuest.in(folder).build());
    String mac = Files.readString(guest.state().resolve("mac-addr"));
    guest.stop(Duration.ZERO);
    start(TinyGuest.in(folder).build()).stop(Duration.ZERO);
    assertThat(guest.state().resolve("mac-addr")).hasContent(mac);
  }

  @Test
  void deafGuestIsEnded() throws Exception {
    RunningGuest guest = start(TinyGuest.deafIn(folder).build());
    awaitUp(guest);
    assertThat(guest.stop(Duration.ofMillis(100))).isFalse();
    assertThat(guest.pid()).isEmpty();
  }

  @Test
  void twoGuestsDoNotShareAStateDirectory() throws Exception {
    QemuOptions options = TinyGuest.in(folder).build();
    RunningGuest guest = start(options);
    assertThatThrownBy(() -> start(options))
        .isInstanceOf(GuestFailure.class)
        .hasMessageContaining("process " + guest.pid().orElseThrow());
    guest.stop(Duration.ZERO);
  }

  /** QEMU would not let the second have the file if the first were to write to it. */
  @Test
  void twoGuestsStartFromOneImageAndLeaveItAsItIs() throws Exception {
    QemuOptions options = TinyGuest.in(folder).build();
    byte[] image = Files.readAllBytes(options.path());
    RunningGuest one = start(options);
    RunningGuest other = start(TinyGuest.in(folder).state(folder.resolve("other")).build());
    other.stop(Duration.ZERO);
    one.stop(Duration.ZERO);
    assertThat(options.path()).hasBinaryContent(image);
  }

  @Test
  void killedGuestLeavesAStateDirectoryThatStartsAgain() throws Exception {
    RunningGuest guest = start(TinyGuest.in(folder).build());
    ProcessHandle process = ProcessHandle.of(guest.pid().orElseThrow()).orElseThrow();
    process.destroyForcibly();
    while (guest.pid().isPresent()) {
      Thread.sleep(10);
    }
    assertThat(guest.state().resolve("qemu.pid")).exists();
    start(TinyGuest.in(folder).build()).stop(Duration.ZERO);
  }

  @Test
  void whatQemuRefusesIsSaid() throws Exception {
    QemuOptions options = TinyGuest.in(folder).devices(List.of("no-such-device")).build();
    assertThatThrownBy(() -> start(options))
        .isInstanceOf(GuestFailure.class)
        .hasMessageContaining("'no-such-device' is not a valid device");
  }

  @Test
  void disksAreMadeOnce() throws Exception {
    QemuOptions options =
        TinyGuest.in(folder)
            .disks(
                List.of(
                    DiskSpec.parse("size=1G"),
                    DiskSpec.parse("size=3M,format=raw,file=" + folder.resolve("raw"))))
            .build();
    RunningGuest guest = start(options);
    guest.stop(Duration.ZERO);
    assertThat(guest.state().resolve("disk.img")).exists();
    assertThat(folder.resolve("raw")).hasSize(3 << 20);
    var made = Files.getLastModifiedTime(guest.state().resolve("disk.img"));
    start(options).stop(Duration.ZERO);
    assertThat(Files.getLastModifiedTime(guest.state().resolve("disk.img"))).isEqualTo(made);
  }

  @Test
  void diskThatIsNotThereNeedsASize() throws Exception {
    QemuOptions options =
        TinyGuest.in(folder).disks(List.of(DiskSpec.of(folder.resolve("none")))).build();
    assertThatThrownBy(() -> start(options))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.hint()).contains("size=1G"));
  }

  @Test
  void overlongStateDirectoryIsRefused() throws Exception {
    QemuOptions options = TinyGuest.in(folder).state(folder.resolve("x".repeat(100))).build();
    assertThatThrownBy(() -> start(options)).hasMessageContaining("too long");
  }
}
