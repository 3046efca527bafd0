package linuxkit.run.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import linuxkit.base.Failure;
import linuxkit.base.own.CurrentUser;
import linuxkit.run.DiskSpec;
import linuxkit.run.GuestFailure;
import linuxkit.run.qemu.state.StateDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The threats T1, T5 and T10: what others put into a state directory, and what they can read. */
@Timeout(60)
class StateThreatTest {
  @TempDir Path folder;
  private Path state;
  private Path victim;

  @BeforeEach
  void makeVictim() throws IOException {
    state = folder.resolve("tiny.qcow2-state");
    victim = Files.writeString(folder.resolve("victim"), "secret-log");
  }

  @AfterEach
  void killGuest() throws IOException {
    assertThat(victim).hasContent("secret-log");
    Path pid = state.resolve("qemu.pid");
    if (Files.isRegularFile(pid, LinkOption.NOFOLLOW_LINKS)) {
      new StateDirectory(state)
          .pid()
          .flatMap(number -> GuestProcess.find(number, new StateDirectory(state)))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"console.log", "qemu.pid", "mac-addr", "disk.img", "data.iso", "qmp.sock"})
  void t1StateDirectoryOfARepositoryIsRefused(String name) throws IOException {
    Files.createDirectory(state);
    Files.createSymbolicLink(state.resolve(name), victim);
    TinyGuest guest = TinyGuest.in(folder).disks(List.of(DiskSpec.parse("size=1M"))).data("x");
    assertThatThrownBy(guest::start)
        .isInstanceOfSatisfying(
            GuestFailure.class, failure -> assertThat(failure.hint()).contains("--state"))
        .hasMessageContaining("not made by linuxkit");
    assertThat(state.resolve(name)).isSymbolicLink();
  }

  @Test
  void t1StateDirectoryThatIsALinkIsRefused() throws IOException {
    Files.createSymbolicLink(state, Files.createDirectory(folder.resolve("elsewhere")));
    assertThatThrownBy(TinyGuest.in(folder)::start)
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.hint()).contains("--state"))
        .hasMessageContaining("symbolic link");
    assertThat(folder.resolve("elsewhere")).isEmptyDirectory();
  }

  @Test
  void t1StateDirectoryOfAnotherUserIsRefused() throws IOException {
    assumeTrue(CurrentUser.id() == 0, "only root can give a directory away");
    Files.createDirectory(state);
    Files.setAttribute(state, "unix:uid", 65_534);
    assertThatThrownBy(TinyGuest.in(folder)::start).hasMessageContaining("another user");
  }

  /** A mark that is made up, a link, or restored on another machine, proves nothing. */
  @Test
  void t1MarkThatTheUserDoesNotHaveIsRefused() throws Exception {
    TinyGuest.in(folder).start().stop(Duration.ZERO);
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path moved = Files.move(state, elsewhere.resolve(state.getFileName()));
    assertThatThrownBy(TinyGuest.in(elsewhere)::start).hasMessageContaining("not made by linuxkit");
    Files.createDirectory(state);
    Path mark = state.resolve("linuxkit-mark");
    Files.writeString(mark, "0".repeat(32));
    assertThatThrownBy(TinyGuest.in(folder)::start).hasMessageContaining("not made by linuxkit");
    Files.delete(mark);
    Files.createSymbolicLink(mark, moved.resolve("linuxkit-mark"));
    assertThatThrownBy(TinyGuest.in(folder)::start).hasMessageContaining("symbolic link");
  }

  /** A directory that the user names is his; but no link in it is followed. */
  @Test
  void t1LinksInANamedStateDirectoryAreNotFollowed() throws Exception {
    Files.createDirectory(state);
    Path pidFile = Files.createSymbolicLink(state.resolve("qemu.pid"), victim);
    Files.createSymbolicLink(state.resolve("console.log"), victim);
    Files.createSymbolicLink(state.resolve("data.iso"), victim);
    Files.createSymbolicLink(state.resolve("linuxkit-mark"), folder.resolve("created"));
    TinyGuest guest = TinyGuest.in(folder).state(state).data("x");
    Files.delete(state.resolve("linuxkit-mark"));
    assertThatThrownBy(guest::start).hasMessageContaining("symbolic link");
    Files.delete(pidFile);
    guest.start().stop(Duration.ZERO);
    assertThat(folder.resolve("created")).doesNotExist();
    assertThat(state.resolve("console.log")).isRegularFile();
    // From now on it is the user's without being named.
    TinyGuest.in(folder).start().stop(Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"qemu.pid", "console.log", "mac-addr", "qmp.sock"})
  void t1PipeInAStateDirectoryDoesNotBlock(String name) throws Exception {
    Files.createDirectory(state);
    Path pipe = state.resolve(name);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    TinyGuest guest = TinyGuest.in(folder).state(state);
    try {
      guest.start().stop(Duration.ZERO);
      assertThat(name).isIn("console.log", "qmp.sock");
    } catch (GuestFailure refused) {
      assertThat(refused.hint()).contains("remove it");
    }
  }

  @Test
  void t1ContentOfAFileIsNotQuoted() throws IOException {
    Files.createDirectory(state);
    Files.writeString(state.resolve("mac-addr"), "machine x login u password p4ss");
    assertThatThrownBy(TinyGuest.in(folder).state(state)::start)
        .isInstanceOf(GuestFailure.class)
        .hasMessageContaining("mac-addr")
        .hasMessageNotContaining("p4ss");
  }

  @Test
  void t1PlantedDiskWithABackingFileIsRefused() throws IOException {
    Files.createDirectory(state);
    run(
        "qemu-img",
        "create",
        "-q",
        "-f",
        "qcow2",
        "-b",
        victim,
        "-F",
        "raw",
        state.resolve("disk.img"),
        "1M");
    TinyGuest guest = TinyGuest.in(folder).state(state).disks(List.of(DiskSpec.parse("size=1M")));
    assertThatThrownBy(guest::start).hasMessageContaining("backing file");
  }

  @Test
  void directoryOfAnEarlierRunIsUsedAgain() throws Exception {
    TinyGuest.in(folder).start().stop(Duration.ZERO);
    TinyGuest.in(folder).start().stop(Duration.ZERO);
    Files.delete(folder.resolve(".linuxkit/run").resolve(onlyMark()));
    assertThatThrownBy(TinyGuest.in(folder)::start).hasMessageContaining("not made by linuxkit");
  }

  private String onlyMark() throws IOException {
    try (Stream<Path> marks = Files.list(folder.resolve(".linuxkit/run"))) {
      return marks.map(mark -> mark.getFileName().toString()).toList().getFirst();
    }
  }

  @Test
  void guestRunsWithoutAHomeDirectory() throws Exception {
    Map<String, String> environment = Map.of("PATH", System.getenv("PATH"), "HOME", "/proc/none");
    TinyGuest.in(folder).environment(environment).start().stop(Duration.ZERO);
    TinyGuest again = TinyGuest.in(folder).environment(environment);
    assertThatThrownBy(again::start).hasMessageContaining("not made by linuxkit");
    again.state(state).start().stop(Duration.ZERO);
  }

  @Test
  void t10WhatAGuestHasIsForTheUserAlone() throws Exception {
    QemuGuest guest =
        TinyGuest.in(folder).data("hunter2").disks(List.of(DiskSpec.parse("size=1M"))).start();
    assertThat(mode(state)).isEqualTo("rwx------");
    assertThat(mode(folder.resolve(".linuxkit/run"))).isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(state)) {
      for (Path file : files.toList()) {
        assertThat(mode(file)).as(file.toString()).isEqualTo("rw-------");
      }
    }
    assertThat(state.resolve("qmp.sock")).exists();
    assertThat(state.resolve("data.iso")).exists();
    guest.stop(Duration.ZERO);
  }

  /** A process locks the pid file and writes the number of another one into it. */
  @Test
  void t5StopDoesNotEndAProcessThatIsNotTheGuest() throws Exception {
    TinyGuest.in(folder).start().stop(Duration.ZERO);
    Process bystander = new ProcessBuilder("sleep", "300").start();
    Path pidFile = state.resolve("qemu.pid");
    String lock =
        "import fcntl,sys,time; f=open(sys.argv[1],'w'); fcntl.lockf(f,fcntl.LOCK_EX);"
            + " f.write(sys.argv[2]); f.flush(); print('locked',flush=True); time.sleep(300)";
    Process holder =
        new ProcessBuilder("python3", "-c", lock, pidFile.toString(), "" + bystander.pid()).start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("locked");
      QemuGuest guest = new QemuGuest(new StateDirectory(state));
      assertThat(guest.pid()).contains(bystander.pid());
      assertThatThrownBy(() -> guest.stop(Duration.ofSeconds(1)))
          .isInstanceOfSatisfying(
              GuestFailure.class, failure -> assertThat(failure.hint()).isNotEmpty())
          .hasMessageContaining("process " + bystander.pid() + " is not the guest");
      assertThat(bystander.isAlive()).isTrue();
    } finally {
      bystander.destroyForcibly();
      holder.destroyForcibly().waitFor();
    }
  }

  /** The guest of one directory is not that of another, even if its number is in the file. */
  @Test
  void t5StopDoesNotEndTheGuestOfAnotherDirectory() throws Exception {
    QemuGuest one = TinyGuest.in(folder).start();
    QemuGuest other = TinyGuest.in(folder).state(folder.resolve("other")).start();
    long pid = other.pid().orElseThrow();
    assertThat(GuestProcess.find(pid, new StateDirectory(other.state()))).isPresent();
    assertThat(GuestProcess.find(pid, new StateDirectory(one.state()))).isEmpty();
    other.stop(Duration.ZERO);
    one.stop(Duration.ZERO);
  }

  @Test
  void guestIsFoundOverAnotherPathToItsDirectory() throws Exception {
    TinyGuest.in(folder).start();
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    QemuGuest guest = new QemuGuest(new StateDirectory(link.resolve(state.getFileName())));
    guest.stop(Duration.ZERO);
    assertThat(guest.pid()).isEmpty();
  }

  private static void run(Object... command) throws IOException {
    try {
      List<String> line = Stream.of(command).map(Object::toString).toList();
      assertThat(new ProcessBuilder(line).inheritIO().start().waitFor()).isZero();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
