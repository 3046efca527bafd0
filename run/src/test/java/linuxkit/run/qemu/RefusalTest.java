package linuxkit.run.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.run.Architecture;
import linuxkit.run.BootImage;
import linuxkit.run.MachineSpec;
import linuxkit.run.MissingProgramFailure;
import linuxkit.run.Network;
import linuxkit.run.PortFailure;
import linuxkit.run.PortMapping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that problems that keep a guest from starting are reported before QEMU is started. */
class RefusalTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "X86_64, qemu-system-x86",
    "AARCH64, qemu-system-arm",
    "RISCV64, qemu-system-misc",
  })
  void namesThePackageOfAMissingQemu(Architecture architecture, String debianPackage)
      throws Exception {
    TinyGuest guest =
        TinyGuest.in(folder)
            .architecture(architecture)
            .environment(Map.of("PATH", folder.toString()));
    assertThatThrownBy(guest::start)
        .isInstanceOfSatisfying(
            MissingProgramFailure.class,
            failure -> assertThat(failure.hint()).contains("apt install " + debianPackage + ")"));
  }

  @Test
  void usesTheNamedQemu() throws Exception {
    TinyGuest guest = TinyGuest.in(folder).program("/nowhere/qemu");
    assertThatThrownBy(guest::start).hasMessageContaining("/nowhere/qemu");
  }

  @Test
  void reportsATcpPortInUse() throws Exception {
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
      server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      assertRefused(
          new PortMapping(Optional.empty(), port, 80, PortMapping.Protocol.TCP),
          "tcp port " + port);
    }
  }

  @Test
  void reportsAUdpPortInUse() throws Exception {
    try (var socket = DatagramChannel.open(StandardProtocolFamily.INET)) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
      assertRefused(
          new PortMapping(Optional.empty(), port, 53, PortMapping.Protocol.UDP),
          "udp port " + port);
    }
  }

  private void assertRefused(PortMapping port, String what) throws Exception {
    TinyGuest guest = TinyGuest.in(folder).ports(List.of(port));
    assertThatThrownBy(guest::start)
        .isInstanceOfSatisfying(
            PortFailure.class, failure -> assertThat(failure.hint()).contains("--publish"))
        .hasMessageContaining(what);
  }

  @Test
  void reportsMissingFirmware() throws Exception {
    TinyGuest guest = TinyGuest.in(folder).firmware(folder.resolve("none.fd"));
    assertThatThrownBy(guest::start)
        .isInstanceOf(MissingProgramFailure.class)
        .hasMessageContaining("none.fd");
  }

  @Test
  void refusesAKernelWithFirmwareThatStartsOnlyDrives() throws Exception {
    Path loader = Files.write(folder.resolve("u-boot.bin"), new byte[100]);
    BootImage kernel = new BootImage.Efi(folder.resolve("x.efi"));
    assertThatThrownBy(() -> firmware(loader, Architecture.RISCV64, kernel))
        .isInstanceOf(MissingProgramFailure.class)
        .hasMessageContaining("this firmware starts disks and discs only: " + loader);
    BootImage disk = new BootImage.Disk(folder.resolve("x.img"));
    assertThat(firmware(loader, Architecture.RISCV64, disk))
        .isEqualTo(new UefiFirmware(loader, true));
    assertThat(firmware(loader, Architecture.AARCH64, kernel))
        .isEqualTo(new UefiFirmware(loader, false));
    Path flash = folder.resolve("flash.fd");
    try (RandomAccessFile file = new RandomAccessFile(flash.toFile(), "rw")) {
      file.setLength(32 << 20);
    }
    assertThat(firmware(flash, Architecture.RISCV64, kernel))
        .isEqualTo(new UefiFirmware(flash, false));
  }

  private static UefiFirmware firmware(Path file, Architecture architecture, BootImage image) {
    QemuOptions options =
        new QemuOptions(
            Optional.empty(),
            Optional.of(file),
            Optional.empty(),
            false,
            false,
            List.of(),
            false,
            Map.of());
    MachineSpec machine =
        new MachineSpec(
            architecture, 1, 16, List.of(), new Network.None(), List.of(), Optional.empty(), false);
    return UefiFirmware.find(options, machine, image).orElseThrow();
  }
}
