package linuxkit.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps a guest from starting is found before QEMU is asked. */
class RefusalTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "X86_64, qemu-system-x86",
    "AARCH64, qemu-system-arm",
    "RISCV64, qemu-system-misc",
  })
  void withoutQemuItSaysWhatToInstall(Architecture architecture, String debianPackage)
      throws Exception {
    QemuOptions options =
        TinyGuest.in(folder)
            .architecture(architecture)
            .environment(Map.of("PATH", folder.toString()))
            .build();
    assertThatThrownBy(() -> Qemu.start(options, Progress.silent()))
        .isInstanceOfSatisfying(
            MissingProgramFailure.class,
            failure -> assertThat(failure.hint()).contains("apt install " + debianPackage + ")"));
  }

  @Test
  void namedQemuIsTheOneThatRuns() throws Exception {
    QemuOptions options = TinyGuest.in(folder).qemu("/nowhere/qemu").build();
    assertThatThrownBy(() -> Qemu.start(options, Progress.silent()))
        .hasMessageContaining("/nowhere/qemu");
  }

  @Test
  void tcpPortInUse() throws Exception {
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
      server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      assertRefused(new PublishSpec(port, 80, PublishSpec.Protocol.TCP), "tcp port " + port);
    }
  }

  @Test
  void udpPortInUse() throws Exception {
    try (var socket = DatagramChannel.open(StandardProtocolFamily.INET)) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
      assertRefused(new PublishSpec(port, 53, PublishSpec.Protocol.UDP), "udp port " + port);
    }
  }

  private void assertRefused(PublishSpec publish, String what) throws Exception {
    QemuOptions options = TinyGuest.in(folder).publish(List.of(publish)).build();
    assertThatThrownBy(() -> Qemu.start(options, Progress.silent()))
        .isInstanceOfSatisfying(
            PortFailure.class, failure -> assertThat(failure.hint()).contains("--publish"))
        .hasMessageContaining(what);
  }

  @Test
  void firmwareThatIsNotThere() throws Exception {
    QemuOptions options = TinyGuest.in(folder).firmware(folder.resolve("none.fd")).build();
    assertThatThrownBy(() -> Qemu.start(options, Progress.silent()))
        .isInstanceOf(MissingProgramFailure.class)
        .hasMessageContaining("none.fd");
  }

  @Test
  void optionsThatContradict() {
    var options =
        QemuOptions.builder(folder)
            .network(new Network.None())
            .publish(List.of(PublishSpec.parse("1:1")));
    assertThatThrownBy(options::build).isInstanceOf(Failure.class);
    assertThatThrownBy(QemuOptions.builder(folder).cpus(0)::build).isInstanceOf(Failure.class);
  }
}
