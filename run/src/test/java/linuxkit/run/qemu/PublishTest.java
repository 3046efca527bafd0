package linuxkit.run.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.Progress;
import linuxkit.run.GuestFailure;
import linuxkit.run.PortMapping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The threat T10: who can reach a published port. */
@Timeout(60)
class PublishTest {
  @TempDir Path folder;

  private static ServerSocketChannel listen(String address, int port) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      return server.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port));
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocketChannel server = listen("127.0.0.1", 0)) {
      return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }
  }

  private QemuGuest start(String port) throws IOException {
    return TinyGuest.in(folder).ports(List.of(PortMapping.parse(port))).start();
  }

  @Test
  void t10PortListensOnItsAddressOnly() throws Exception {
    int port = freePort();
    QemuGuest guest = start("127.0.0.1:" + port + ":80");
    listen("127.0.0.2", port).close();
    assertThatThrownBy(() -> listen("127.0.0.1", port)).isInstanceOf(BindException.class);
    guest.stop(Duration.ZERO);
  }

  @Test
  void ipv6AddressIsUsedOrRefusedWithAHint() throws Exception {
    try {
      start("[::1]:" + freePort() + ":80").stop(Duration.ZERO);
    } catch (GuestFailure refused) {
      assertThat(refused.hint()).contains("publish an IPv4 address");
    }
  }

  @Test
  void t10PortOnAllAddressesIsReported() {
    Log log = new Log(new ArrayList<>());
    PortCheck.reportOpen(
        List.of(PortMapping.parse("8080:80"), PortMapping.parse("127.0.0.1:81:81")), log);
    PortCheck.reportOpen(List.of(PortMapping.parse("53:54/udp")), log);
    assertThat(log.lines)
        .satisfiesExactly(
            line -> assertThat(line).contains("Port 8080").endsWith("127.0.0.1:8080:80"),
            line -> assertThat(line).contains("Port 53").endsWith("127.0.0.1:53:54/udp"));
  }

  private record Log(List<String> lines) implements Progress {
    @Override
    public void info(String line) {
      lines.add(line);
    }

    @Override
    public void warn(String line) {
      lines.add(line);
    }

    @Override
    public void detail(String line) {}

    @Override
    public Task begin(String label, long total) {
      return Progress.silent().begin(label, total);
    }
  }
}
