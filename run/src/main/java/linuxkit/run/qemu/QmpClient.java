package linuxkit.run.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A client of the QEMU Machine Protocol over its Unix socket: one JSON object per line. QEMU serves
 * one client at a time, so connections should be short.
 *
 * <p>No JSON is parsed: a response to a command without an id has one member, so its kind is at the
 * start of the line; an event starts with its timestamp.
 */
final class QmpClient implements AutoCloseable {
  private static final int LINE_LIMIT = 64 << 10;

  private final SocketChannel channel;
  private final Selector selector;
  private final long deadline;
  private final ByteBuffer received = ByteBuffer.allocate(4096).flip();

  /**
   * Connects and negotiates.
   *
   * @param timeout for the whole connection
   */
  static QmpClient connect(Path socket, Duration timeout) throws IOException {
    QmpClient client = new QmpClient(timeout);
    try {
      client.channel.connect(UnixDomainSocketAddress.of(socket));
      client.channel.configureBlocking(false);
      client.channel.register(client.selector, SelectionKey.OP_READ);
      client.await("{\"QMP\"");
      client.execute("qmp_capabilities");
      return client;
    } catch (IOException e) {
      client.close();
      throw e;
    }
  }

  private QmpClient(Duration timeout) throws IOException {
    deadline = System.nanoTime() + timeout.toNanos();
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    selector = Selector.open();
  }

  /** Executes a command that takes no arguments. */
  void execute(String command) throws IOException {
    channel.write(ByteBuffer.wrap(("{\"execute\":\"" + command + "\"}\n").getBytes(UTF_8)));
    await("{\"return\"");
  }

  private void await(String start) throws IOException {
    String line = line();
    while (!line.startsWith(start)) {
      if (line.startsWith("{\"error\"")) {
        throw new IOException("QEMU refused a command: " + line);
      }
      line = line();
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (byte b = next(); b != '\n'; b = next()) {
      if (line.size() == LINE_LIMIT) {
        throw new IOException("QEMU's response is too long");
      }
      line.write(b);
    }
    return line.toString(UTF_8);
  }

  private byte next() throws IOException {
    while (!received.hasRemaining()) {
      long remaining = (deadline - System.nanoTime()) / 1_000_000;
      if (remaining <= 0 || selector.select(remaining) == 0) {
        throw new IOException("QEMU does not respond");
      }
      selector.selectedKeys().clear();
      received.clear();
      int count = channel.read(received);
      received.flip();
      if (count < 0) {
        throw new IOException("QEMU closed the connection");
      }
    }
    return received.get();
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
