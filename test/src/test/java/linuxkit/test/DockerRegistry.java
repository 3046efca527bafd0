package linuxkit.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Docker's registry on a loopback port, with its content in a folder of the test. */
final class DockerRegistry implements AutoCloseable {
  private final Process process;
  private final int port;

  DockerRegistry(Path directory) throws IOException, InterruptedException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path config =
        Files.write(
            directory.resolve("registry.yml"),
            List.of(
                "version: 0.1",
                "log: {level: error, accesslog: {disabled: true}}",
                "storage: {filesystem: {rootdirectory: " + directory.resolve("content") + "}}",
                "http: {addr: '127.0.0.1:" + port + "', secret: none}"));
    Path log = directory.resolve("registry.log");
    process =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    while (!listens()) {
      if (!process.isAlive()) {
        throw new IOException(Files.readString(log));
      }
      Thread.sleep(20);
    }
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  private boolean listens() {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
