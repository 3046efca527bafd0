package linuxkit.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

/** The ports of this machine that are to be published, tried before QEMU starts. */
final class Ports {
  private Ports() {}

  /**
   * @throws PortFailure for the first that cannot be opened
   */
  static void check(List<PublishSpec> published) {
    for (PublishSpec publish : published) {
      try {
        open(publish);
      } catch (IOException e) {
        throw new PortFailure(publish, e);
      }
    }
  }

  /** As QEMU will: on every IPv4 address, at once again after a connection of before. */
  private static void open(PublishSpec publish) throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), publish.host());
    switch (publish.protocol()) {
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
