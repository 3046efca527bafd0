package linuxkit.oci.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import linuxkit.oci.Reference;

/** Docker's registry on a loopback port, with its content in a folder of the test. */
final class DockerRegistry implements AutoCloseable {
  /** The password of {@code ali}. The registry has its bcrypt hash. */
  static final String PASSWORD = "open sesame";

  private static final String HTPASSWD =
      "ali:$2b$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n";

  private final Process process;
  private final int port;

  private DockerRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static DockerRegistry start(Path directory) throws IOException, InterruptedException {
    return start(directory, "", List.of());
  }

  static DockerRegistry startWithLogin(Path directory) throws IOException, InterruptedException {
    return start(directory, "", login(directory));
  }

  static DockerRegistry startWithTls(Path directory, Path certificate, Path key)
      throws IOException, InterruptedException {
    return start(directory, tls(certificate, key), List.of());
  }

  static DockerRegistry startWithTlsAndLogin(Path directory, Path certificate, Path key)
      throws IOException, InterruptedException {
    return start(directory, tls(certificate, key), login(directory));
  }

  private static String tls(Path certificate, Path key) {
    return "  tls:\n    certificate: " + certificate + "\n    key: " + key + "\n";
  }

  private static List<String> login(Path directory) throws IOException {
    Path htpasswd = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
    return List.of("auth:", "  htpasswd:", "    realm: test", "    path: " + htpasswd);
  }

  private static DockerRegistry start(Path directory, String tls, List<String> more)
      throws IOException, InterruptedException {
    int port = freePort();
    List<String> lines = new ArrayList<>();
    lines.add("version: 0.1");
    lines.add("log:\n  level: error");
    lines.add("storage:\n  filesystem:\n    rootdirectory: " + directory.resolve("content"));
    lines.add("http:\n  addr: 127.0.0.1:" + port + "\n  secret: none\n" + tls);
    lines.addAll(more);
    Path config = Files.write(directory.resolve("registry.yml"), lines);
    Process process =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("registry.log").toFile())
            .start();
    DockerRegistry registry = new DockerRegistry(process, port);
    while (!registry.listens()) {
      if (!process.isAlive()) {
        throw new IOException(Files.readString(directory.resolve("registry.log")));
      }
      Thread.sleep(20);
    }
    return registry;
  }

  String authority() {
    return "127.0.0.1:" + port;
  }

  Reference reference(String rest) {
    return Reference.parse(authority() + "/" + rest);
  }

  /**
   * Copies an image into the registry with skopeo.
   *
   * @param layout the folder of an OCI image layout, and the name of the image in it
   */
  void push(String layout, String name, String... options)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of("skopeo", "--insecure-policy", "copy", "--all", "--preserve-digests", "-q"));
    command.addAll(List.of("--dest-tls-verify=false"));
    command.addAll(List.of(options));
    command.addAll(List.of("oci:" + layout, "docker://" + authority() + "/" + name));
    Process skopeo = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(skopeo.getInputStream().readAllBytes(), UTF_8);
    if (skopeo.waitFor() != 0) {
      throw new IOException(output);
    }
  }

  private boolean listens() {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
