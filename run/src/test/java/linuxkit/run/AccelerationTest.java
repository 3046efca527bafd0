package linuxkit.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import linuxkit.base.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccelerationTest {
  private static final Host HOST = Host.current();

  @TempDir Path folder;

  private Path program(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("qemu"), "#!/bin/sh\n" + text + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static QemuOptions.Builder options() {
    return QemuOptions.builder(Path.of("x")).environment(Map.of());
  }

  @ParameterizedTest
  @EnumSource(names = {"X86_64", "AARCH64"})
  void tinyGuestAnswers(Architecture architecture) {
    Path qemu = Programs.find("qemu-system-" + architecture.word(), System.getenv()).orElseThrow();
    assertThat(KvmProbe.answers(qemu, architecture, "tcg", Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void guestThatHangsIsKilled() throws Exception {
    Path pid = folder.resolve("pid");
    Path qemu = program("echo $$ > " + pid + "; exec sleep 60");
    assertThat(KvmProbe.answers(qemu, Architecture.X86_64, "kvm", Duration.ofSeconds(3))).isFalse();
    long process = Long.parseLong(Files.readString(pid).strip());
    ProcessHandle.of(process).ifPresent(handle -> handle.onExit().join());
  }

  @Test
  void qemuThatFailsIsNoAnswer() throws Exception {
    assertThat(
            KvmProbe.answers(program("exit 1"), Architecture.X86_64, "kvm", Duration.ofSeconds(30)))
        .isFalse();
  }

  @Test
  void kvmThatDoesNotAnswerIsNotUsed() throws Exception {
    Path device = Path.of("/dev/kvm");
    assumeThat(Files.isReadable(device) && Files.isWritable(device)).isTrue();
    var said = new StringBuilder();
    Progress progress = new Saying(said);
    assertThat(Acceleration.choose(options().build(), program("exec sleep 60"), HOST, progress))
        .isEmpty();
    assertThat(said).hasToString("KVM does not answer: emulation");
  }

  @Test
  void whatIsAskedForIsNotProbed() throws Exception {
    Path unused = folder.resolve("none");
    assertThat(
            Acceleration.choose(
                options().accel("kvm:tcg").build(), unused, HOST, Progress.silent()))
        .contains("kvm:tcg");
    assertThat(
            Acceleration.choose(
                options().environment(Map.of("LINUXKIT_QEMU_ACCEL", "tcg")).build(),
                unused,
                HOST,
                Progress.silent()))
        .contains("tcg");
  }

  @Test
  void anotherArchitectureIsEmulated() {
    assertThat(
            Acceleration.choose(
                options().architecture(Architecture.S390X).accel("kvm").build(),
                folder,
                HOST,
                Progress.silent()))
        .isEmpty();
  }

  private record Saying(StringBuilder said) implements Progress {
    @Override
    public void info(String line) {
      said.append(line);
    }

    @Override
    public void warn(String line) {}

    @Override
    public void detail(String line) {}

    @Override
    public Task begin(String label, long total) {
      return Progress.silent().begin(label, total);
    }
  }
}
