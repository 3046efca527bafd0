package linuxkit.run.qemu;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import linuxkit.run.PortFailure;
import linuxkit.run.PortMapping;

/** Checks that ports can be published, before QEMU starts. */
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

  /** Opens a port as QEMU does: on all IPv4 addresses, even if a connection lingers on it. */
  private static void open(PortMapping port) throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), port.host());
    switch (port.protocol()) {
      case TCP -> {
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
          server.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(address);
        }
      }
      case UDP -> {
        try (var socket = DatagramChannel.open(StandardProtocolFamily.INET)) {
          socket.bind(address);
        }
      }
    }
  }
}
