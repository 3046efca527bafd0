package linuxkit.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import linuxkit.run.QemuCommand.Drive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QemuCommandTest {
  private static final Boot KERNEL =
      new Boot.Kernel(Path.of("/i/k"), Path.of("/i/r,1"), Path.of("/i/c"));
  private static final Boot ISO = new Boot.Iso(Path.of("/i/x.iso"));
  private static final Host LINUX_X86 = new Host(Architecture.X86_64, false);

  private final QemuOptions.Builder options =
      QemuOptions.builder(Path.of("/i/x")).architecture(Architecture.X86_64);
  private Host host = LINUX_X86;
  private Optional<String> accel = Optional.empty();
  private Boot boot = KERNEL;
  private List<Drive> drives = List.of();
  private List<Path> cdroms = List.of();
  private Optional<Path> firmware = Optional.empty();
  private boolean detached;

  private String line() {
    return String.join(
        " ",
        new QemuCommand(
                Path.of("/bin/qemu"),
                options.build(),
                host,
                accel,
                boot,
                drives,
                cdroms,
                firmware,
                "console=ttyS0",
                "02:00:00:00:00:01",
                new UUID(0, 1),
                new StateDirectory(Path.of("/s")),
                detached)
            .line());
  }

  private static Drive drive(String file) {
    return new Drive(Path.of(file), Optional.empty(), true);
  }

  @Test
  void everythingInTheSpecifiedOrder() {
    options
        .cpus(2)
        .memory(512)
        .publish(List.of(PublishSpec.parse("8080:80"), PublishSpec.parse("53:53/udp")))
        .usb(true)
        .devices(List.of("usb-kbd", "nvme,serial=1"));
    accel = Optional.of("kvm");
    drives = List.of(new Drive(Path.of("/d,0"), Optional.of("raw"), false), drive("/d1"));
    cdroms = List.of(Path.of("/s/data.iso"));
    firmware = Optional.of(Path.of("/fw"));
    assertThat(line())
        .isEqualTo(
            "/bin/qemu -smp 2 -m 512 -uuid 00000000-0000-0000-0000-000000000001"
                + " -pidfile /s/qemu.pid -machine q35,accel=kvm"
                + " -object rng-random,id=rng0,filename=/dev/urandom"
                + " -device virtio-rng-pci,rng=rng0"
                + " -drive file=/d,,0,format=raw,index=0,media=disk,snapshot=on"
                + " -drive file=/d1,index=1,media=disk"
                + " -cdrom /s/data.iso"
                + " -drive if=pflash,format=raw,readonly=on,file=/fw"
                + " -kernel /i/k -initrd /i/r,1 -append console=ttyS0"
                + " -device virtio-net-pci,netdev=t0,mac=02:00:00:00:00:01"
                + " -netdev user,id=t0,hostfwd=tcp::8080-:80,hostfwd=udp::53-:53"
                + " -nographic -chardev stdio,id=console,mux=on,signal=on"
                + " -serial chardev:console -mon chardev=console"
                + " -usb -device usb-kbd -device nvme,serial=1"
                + " -qmp unix:/s/qmp.sock,server=on,wait=off");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X86_64  | X86_64  | false |         | -machine q35 -object",
        "X86_64  | X86_64  | false | kvm     | -machine q35,accel=kvm -object",
        "X86_64  | X86_64  | true  | hvf:tcg | /s/qemu.pid -machine q35,accel=hvf:tcg -kernel",
        "AARCH64 | X86_64  | false |         | -cpu cortex-a72 -machine virt -object",
        "AARCH64 | AARCH64 | false |         | -cpu cortex-a72 -machine virt -object",
        "AARCH64 | AARCH64 | false | tcg     | -cpu cortex-a72 -machine virt,accel=tcg -object",
        "AARCH64 | AARCH64 | false | kvm     |"
            + " -cpu host -machine virt,gic_version=host,accel=kvm -object",
        "AARCH64 | AARCH64 | true  | hvf:tcg |"
            + " -cpu host -machine virt,highmem=off,accel=hvf:tcg -kernel",
        "RISCV64 | X86_64  | false |         | /s/qemu.pid -machine virt -object",
        "S390X   | X86_64  | false |         | /s/qemu.pid -machine s390-ccw-virtio -object",
        "S390X   | S390X   | false | kvm     | -machine s390-ccw-virtio,accel=kvm -object",
      })
  void machines(
      Architecture guest, Architecture here, boolean mac, @Nullable String with, String expected) {
    options.architecture(guest);
    host = new Host(here, mac);
    accel = Optional.ofNullable(with);
    assertThat(line()).contains(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none       | -append console=ttyS0 -net none -nographic",
        "user       | -netdev user,id=t0 -nographic",
        "tap,tap0   | -netdev tap,id=t0,ifname=tap0,script=no,downscript=no -nographic",
        "bridge,br0 | -netdev bridge,id=t0,br=br0 -nographic",
      })
  void networks(String network, String expected) {
    options.network(Network.parse(network));
    assertThat(line()).contains(expected);
  }

  @Test
  void disksGoRoundTheCdrom() {
    boot = ISO;
    drives = List.of(drive("/a"), drive("/b"), drive("/c"));
    cdroms = List.of(Path.of("/i/x.iso"), Path.of("/s/data.iso"));
    assertThat(line())
        .contains(
            "-drive file=/a,index=0,media=disk -drive file=/b,index=1,media=disk"
                + " -drive file=/c,index=3,media=disk -boot d -cdrom /i/x.iso"
                + " -drive file=/s/data.iso,index=4,media=cdrom -device virtio-net-pci");
  }

  @Test
  void secondCdromFollowsTheFirstWithoutDisks() {
    boot = ISO;
    cdroms = List.of(Path.of("/i/x.iso"), Path.of("/s/data.iso"));
    assertThat(line())
        .contains("-boot d -cdrom /i/x.iso -drive file=/s/data.iso,index=3,media=cdrom");
  }

  @Test
  void withoutACdromDisksAreInARow() {
    drives = List.of(drive("/a"), drive("/b"), drive("/c"));
    assertThat(line()).contains("file=/c,index=2,media=disk -kernel");
  }

  @Test
  void s390xHasItsOwnBusAndCdrom() {
    options.architecture(Architecture.S390X);
    boot = ISO;
    cdroms = List.of(Path.of("/i/x.iso"));
    assertThat(line())
        .contains("virtio-rng-ccw", "virtio-net-ccw")
        .contains(
            "-device virtio-scsi-ccw -device scsi-cd,drive=cd1"
                + " -drive file=/i/x.iso,format=raw,if=none,id=cd1");
  }

  @Test
  void squashfsIsTheRoot() {
    boot =
        new Boot.Root(
            Path.of("/i/k"), Path.of("/i/s"), Optional.of(Path.of("/i/f")), Path.of("/i/c"));
    assertThat(line())
        .contains("-kernel /i/k -initrd /i/f -append console=ttyS0 root=/dev/sda -device");
  }

  @Test
  void detachedHasItsConsoleInAFile() {
    detached = true;
    assertThat(line())
        .contains(
            "-display none -chardev file,id=console,path=/s/console.log"
                + " -serial chardev:console -monitor none -daemonize")
        .doesNotContain("stdio");
  }

  @Test
  void aWindowLeavesTheTerminalAlone() {
    options.gui(true);
    assertThat(line()).doesNotContain("-nographic").doesNotContain("stdio");
  }
}
