package linuxkit.run.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.ProgramSearch;
import linuxkit.base.Progress;
import linuxkit.run.Architecture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccelerationTest {
  private static final HostMachine HOST = HostMachine.current();

  @TempDir Path folder;

  private Path program(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("qemu"), "#!/bin/sh\n" + text + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static QemuOptions options(
      Optional<String> accelerator, Map<String, String> environment) {
    return new QemuOptions(
        Optional.empty(),
        Optional.empty(),
        accelerator,
        false,
        false,
        List.of(),
        false,
        environment);
  }

  private static Optional<String> choose(QemuOptions options, Path program, Progress progress) {
    return Acceleration.choose(options, HOST.architecture(), program, HOST, progress)
        .accelerators();
  }

  @ParameterizedTest
  @EnumSource(names = {"X86_64", "AARCH64"})
  void probesWithAGuestThatFinishes(Architecture architecture) {
    Path qemu =
        ProgramSearch.find("qemu-system-" + architecture.label(), System.getenv()).orElseThrow();
    assertThat(KvmProbe.works(qemu, architecture, "tcg", Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void killsAHangingProbeGuest() throws Exception {
    Path pid = folder.resolve("pid");
    Path qemu = program("echo $$ > " + pid + "; exec sleep 60");
    assertThat(KvmProbe.works(qemu, Architecture.X86_64, "kvm", Duration.ofSeconds(3))).isFalse();
    long process = Long.parseLong(Files.readString(pid).strip());
    ProcessHandle.of(process).ifPresent(handle -> handle.onExit().join());
  }

  @Test
  void reportsAFailureOfQemuInTheProbe() throws Exception {
    assertThat(
            KvmProbe.works(program("exit 1"), Architecture.X86_64, "kvm", Duration.ofSeconds(30)))
        .isFalse();
  }

  @Test
  void doesNotUseKvmIfItDoesNotRespond() throws Exception {
    Path device = Path.of("/dev/kvm");
    assumeThat(Files.isReadable(device) && Files.isWritable(device)).isTrue();
    var output = new StringBuilder();
    Progress progress = new Recorder(output);
    assertThat(choose(options(Optional.empty(), Map.of()), program("exec sleep 60"), progress))
        .isEmpty();
    assertThat(output).hasToString("Emulating the guest: KVM does not respond");
  }

  @Test
  void doesNotProbeARequestedAccelerator() throws Exception {
    Path unused = folder.resolve("none");
    assertThat(choose(options(Optional.of("kvm:tcg"), Map.of()), unused, Progress.silent()))
        .contains("kvm:tcg");
    Map<String, String> environment = Map.of("LINUXKIT_QEMU_ACCEL", "tcg");
    assertThat(choose(options(Optional.empty(), environment), unused, Progress.silent()))
        .contains("tcg");
  }

  @Test
  void emulatesAGuestOfAnotherArchitecture() {
    var output = new StringBuilder();
    QemuOptions options = options(Optional.of("kvm"), Map.of());
    Acceleration acceleration =
        Acceleration.choose(options, Architecture.S390X, folder, HOST, new Recorder(output));
    assertThat(acceleration.accelerators()).isEmpty();
    assertThat(output)
        .hasToString(
            "Emulating the guest: its architecture is s390x, this machine's is "
                + HOST.architecture().label());
  }

  private record Recorder(StringBuilder output) implements Progress {
    @Override
    public void info(String line) {
      output.append(line);
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
