package linuxkit.run.qemu;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import linuxkit.base.Progress;
import linuxkit.run.PortFailure;
import linuxkit.run.PortMapping;

/** Checks that ports can be published, before QEMU starts, and reports who can reach them. */
final class PortCheck {
  private PortCheck() {}

  /**
   * Opens each port for a moment.
   *
   * @throws PortFailure for the first one that cannot be opened
   */
  static void check(List<PortMapping> ports) {
    for (PortMapping port : ports) {
      try {
        open(port);
      } catch (IOException e) {
        throw new PortFailure(port, e);
      }
    }
  }

  /** Reports the ports that other machines can reach because no address was given. */
  static void reportOpen(List<PortMapping> ports, Progress progress) {
    for (PortMapping port : ports) {
      if (port.address().isEmpty()) {
        progress.info(
            "Port "
                + port.host()
                + " is open on all addresses of this machine; to open it for this machine only, use"
                + " --publish 127.0.0.1:"
                + port.host()
                + ":"
                + port.guest()
                + (port.protocol() == PortMapping.Protocol.UDP ? "/udp" : ""));
      }
    }
  }

  /**
   * Opens a port as QEMU does: on its address or all IPv4 addresses, even if a connection lingers
   * on it.
   */
  private static void open(PortMapping port) throws IOException {
    InetAddress host = port.address().orElse(InetAddress.ofLiteral("0.0.0.0"));
    InetSocketAddress address = new InetSocketAddress(host, port.host());
    StandardProtocolFamily family =
        host instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    switch (port.protocol()) {
      case TCP -> {
        try (var server = ServerSocketChannel.open(family)) {
          server.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(address);
        }
      }
      case UDP -> {
        try (var socket = DatagramChannel.open(family)) {
          socket.bind(address);
        }
      }
    }
  }
}
