package linuxkit.test.packages;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import linuxkit.test.Programs;

/**
 * BuildKit's own daemon on a loopback port. Debian has no package of it: the system property {@code
 * linuxkit.buildkit} names a folder with the programs buildkitd and buildctl. It needs root.
 */
final class BuildKitDaemon implements AutoCloseable {
  static final Path PROGRAMS = Path.of(System.getProperty("linuxkit.buildkit", "/usr/local/bin"));

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Path folder;
  private final int port;
  private final Process process;

  private BuildKitDaemon(Path folder, int port, Process process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts a daemon.
   *
   * @param tls a folder with ca.pem, server.pem and server.key; null for plain connections
   */
  static BuildKitDaemon start(Path tls) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("lk");
    int port = freePort();
    List<String> line =
        new ArrayList<>(
            List.of(
                PROGRAMS.resolve("buildkitd").toString(),
                "--root=" + folder.resolve("root"),
                "--addr=tcp://127.0.0.1:" + port,
                "--containerd-worker=false",
                "--oci-worker-gc=false"));
    if (tls != null) {
      line.add("--tlscacert=" + tls.resolve("ca.pem"));
      line.add("--tlscert=" + tls.resolve("server.pem"));
      line.add("--tlskey=" + tls.resolve("server.key"));
    }
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    BuildKitDaemon daemon = new BuildKitDaemon(folder, port, process);
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!daemon.listens()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        String text = Files.readString(log);
        daemon.close();
        throw new IOException(text);
      }
      Thread.sleep(50);
    }
    return daemon;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private boolean listens() {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  String address() {
    return "tcp://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Programs.run(Path.of("/"), "rm", "-rf", "--one-file-system", folder);
  }
}
