package linuxkit.run;

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
 * A conversation with QEMU's machine protocol over its Unix socket: one JSON object a line. QEMU
 * talks with one client at a time, so it is kept short.
 *
 * <p>No JSON is parsed: an answer to a command without an id has one member, so its kind stands at
 * the start of the line; an event starts with its time.
 */
final class Qmp implements AutoCloseable {
  private static final int LINE_LIMIT = 64 << 10;

  private final SocketChannel channel;
  private final Selector selector;
  private final long deadline;
  private final ByteBuffer received = ByteBuffer.allocate(4096).flip();

  /**
   * @param patience for the whole conversation
   */
  static Qmp connect(Path socket, Duration patience) throws IOException {
    Qmp qmp = new Qmp(patience);
    try {
      qmp.channel.connect(UnixDomainSocketAddress.of(socket));
      qmp.channel.configureBlocking(false);
      qmp.channel.register(qmp.selector, SelectionKey.OP_READ);
      qmp.await("{\"QMP\"");
      qmp.execute("qmp_capabilities");
      return qmp;
    } catch (IOException e) {
      qmp.close();
      throw e;
    }
  }

  private Qmp(Duration patience) throws IOException {
    deadline = System.nanoTime() + patience.toNanos();
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    selector = Selector.open();
  }

  /** Has QEMU carry out a command that takes no arguments. */
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
        throw new IOException("QEMU's answer has no end");
      }
      line.write(b);
    }
    return line.toString(UTF_8);
  }

  private byte next() throws IOException {
    while (!received.hasRemaining()) {
      long patience = (deadline - System.nanoTime()) / 1_000_000;
      if (patience <= 0 || selector.select(patience) == 0) {
        throw new IOException("QEMU does not answer");
      }
      selector.selectedKeys().clear();
      received.clear();
      int count = channel.read(received);
      received.flip();
      if (count < 0) {
        throw new IOException("QEMU ended the conversation");
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
