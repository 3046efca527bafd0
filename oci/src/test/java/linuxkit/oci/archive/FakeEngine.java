package linuxkit.oci.archive;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** An engine that gives the same response to every request. */
final class FakeEngine implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Thread thread;

  private FakeEngine(ServerSocketChannel server, byte[] answer) {
    this.server = server;
    this.thread = Thread.ofVirtual().start(() -> serve(answer));
  }

  static FakeEngine answering(Path socket, byte[] answer) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    return new FakeEngine(server, answer);
  }

  private void serve(byte[] answer) {
    while (server.isOpen()) {
      try (SocketChannel client = server.accept()) {
        client.read(ByteBuffer.allocate(4096));
        client.write(ByteBuffer.wrap(answer));
      } catch (IOException _) {
        // The client closed the connection, or the test is over.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
