package linuxkit.run.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import linuxkit.run.Architecture;
import linuxkit.run.BootImage;
import linuxkit.run.MachineSpec;
import linuxkit.run.Network;
import linuxkit.run.PortMapping;
import linuxkit.run.qemu.state.Drive;
import linuxkit.run.qemu.state.StateDirectory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QemuCommandTest {
  private static final BootImage KERNEL =
      new BootImage.Kernel(Path.of("/i/k"), Path.of("/i/r,1"), Path.of("/i/c"));
  private static final BootImage ISO = new BootImage.Iso(Path.of("/i/x.iso"));
  private static final HostMachine LINUX_X86 = new HostMachine(Architecture.X86_64, false);

  private Architecture guest = Architecture.X86_64;
  private int processors = 1;
  private int memory = 1024;
  private Network network = new Network.User();
  private List<PortMapping> ports = List.of();
  private boolean window;
  private boolean usb;
  private List<String> devices = List.of();
  private HostMachine host = LINUX_X86;
  private Optional<String> accelerators = Optional.empty();
  private BootImage image = KERNEL;
  private List<Drive> drives = List.of();
  private List<Path> cdroms = List.of();
  private Optional<UefiFirmware> firmware = Optional.empty();
  private boolean detached;

  private String line() {
    MachineSpec machine =
        new MachineSpec(
            guest, processors, memory, List.of(), network, ports, Optional.empty(), false);
    QemuOptions options =
        new QemuOptions(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            window,
            usb,
            devices,
            false,
            Map.of());
    StateDirectory state = new StateDirectory(Path.of("/s"));
    QemuCommand command =
        new QemuCommand(
            Path.of("/bin/qemu"),
            machine,
            options,
            new Acceleration(host, accelerators),
            new GuestBoot(image, "console=ttyS0", firmware),
            new Storage(drives, cdroms),
            new GuestIdentity(state, "02:00:00:00:00:01", new UUID(0, 1)),
            detached);
    return String.join(" ", command.line());
  }

  private static Drive drive(String file) {
    return new Drive(Path.of(file), "qcow2", true);
  }

  @Test
  void ordersArgumentsAsSpecified() {
    processors = 2;
    memory = 512;
    ports = List.of(PortMapping.parse("8080:80"), PortMapping.parse("53:53/udp"));
    usb = true;
    devices = List.of("usb-kbd", "nvme,serial=1");
    accelerators = Optional.of("kvm");
    drives = List.of(new Drive(Path.of("/d,0"), "raw", false), drive("/d1"));
    cdroms = List.of(Path.of("/s/data.iso"));
    firmware = Optional.of(new UefiFirmware(Path.of("/fw"), false));
    assertThat(line())
        .isEqualTo(
            "/bin/qemu -smp 2 -m 512 -uuid 00000000-0000-0000-0000-000000000001"
                + " -pidfile /s/qemu.pid -machine q35,accel=kvm"
                + " -object rng-random,id=rng0,filename=/dev/urandom"
                + " -device virtio-rng-pci,rng=rng0"
                + " -drive file=/d,,0,format=raw,index=0,media=disk,snapshot=on"
                + " -drive file=/d1,format=qcow2,index=1,media=disk"
                + " -drive file=/s/data.iso,format=raw,index=2,media=cdrom"
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
  void choosesTheMachine(
      Architecture architecture,
      Architecture here,
      boolean mac,
      @Nullable String with,
      String expected) {
    guest = architecture;
    host = new HostMachine(here, mac);
    accelerators = Optional.ofNullable(with);
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
  void configuresNetworks(String mode, String expected) {
    network = Network.parse(mode);
    assertThat(line()).contains(expected);
  }

  @Test
  void skipsTheIndexOfTheCdromForDisks() {
    image = ISO;
    drives = List.of(drive("/a"), drive("/b"), drive("/c"));
    cdroms = List.of(Path.of("/i/x.iso"), Path.of("/s/data.iso"));
    assertThat(line())
        .contains(
            "-drive file=/a,format=qcow2,index=0,media=disk -drive file=/b,format=qcow2,index=1,media=disk"
                + " -drive file=/c,format=qcow2,index=3,media=disk -boot d -drive file=/i/x.iso,format=raw,index=2,media=cdrom"
                + " -drive file=/s/data.iso,format=raw,index=4,media=cdrom -device virtio-net-pci");
  }

  @Test
  void placesTheSecondCdromAfterTheFirst() {
    image = ISO;
    cdroms = List.of(Path.of("/i/x.iso"), Path.of("/s/data.iso"));
    assertThat(line())
        .contains(
            "-boot d -drive file=/i/x.iso,format=raw,index=2,media=cdrom -drive file=/s/data.iso,format=raw,index=3,media=cdrom");
  }

  @Test
  void numbersDisksConsecutivelyWithoutACdrom() {
    drives = List.of(drive("/a"), drive("/b"), drive("/c"));
    assertThat(line()).contains("file=/c,format=qcow2,index=2,media=disk -kernel");
  }

  @Test
  void startsALoaderAsAKernel() {
    guest = Architecture.RISCV64;
    image = new BootImage.Disk(Path.of("/i/x.img"));
    drives = List.of(drive("/i/x.img"));
    firmware = Optional.of(new UefiFirmware(Path.of("/u-boot.bin"), true));
    assertThat(line())
        .contains("index=0,media=disk,if=virtio -kernel /u-boot.bin -device")
        .doesNotContain("pflash");
  }

  @Test
  void connectsEveryDriveForRiscv64() {
    guest = Architecture.RISCV64;
    drives = List.of(drive("/a"), drive("/b"));
    cdroms = List.of(Path.of("/i/x.iso"), Path.of("/s/data.iso"));
    assertThat(line())
        .contains(
            "-drive file=/a,format=qcow2,index=0,media=disk,if=virtio"
                + " -drive file=/b,format=qcow2,index=1,media=disk,if=virtio"
                + " -drive file=/i/x.iso,format=raw,index=2,media=cdrom,if=virtio"
                + " -drive file=/s/data.iso,format=raw,index=3,media=cdrom,if=virtio");
  }

  @Test
  void usesItsOwnBusAndCdromForS390x() {
    guest = Architecture.S390X;
    image = ISO;
    cdroms = List.of(Path.of("/i/x.iso"));
    assertThat(line())
        .contains("virtio-rng-ccw", "virtio-net-ccw")
        .contains(
            "-device virtio-scsi-ccw -device scsi-cd,drive=cd1"
                + " -drive file=/i/x.iso,format=raw,if=none,id=cd1");
  }

  @Test
  void usesASquashfsImageAsRoot() {
    image =
        new BootImage.Root(
            Path.of("/i/k"), Path.of("/i/s"), Optional.of(Path.of("/i/f")), Path.of("/i/c"));
    assertThat(line())
        .contains("-kernel /i/k -initrd /i/f -append console=ttyS0 root=/dev/sda -device");
  }

  @Test
  void writesTheConsoleOfADetachedGuestToAFile() {
    detached = true;
    assertThat(line())
        .contains(
            "-display none -chardev file,id=console,path=/s/console.log"
                + " -serial chardev:console -monitor none -daemonize")
        .doesNotContain("stdio");
  }

  @Test
  void opensAWindowWithoutUsingTheTerminal() {
    window = true;
    assertThat(line()).doesNotContain("-nographic").doesNotContain("stdio");
  }
}
