package linuxkit.oci.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A certificate authority for tests, created with openssl. */
final class TestAuthority {
  private static final List<String> NEW_KEY =
      List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes");

  private final Path directory;

  TestAuthority(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    List<String> command = new ArrayList<>(List.of("req", "-x509"));
    command.addAll(NEW_KEY);
    command.addAll(
        List.of("-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test", "-days", "2"));
    openssl(command);
  }

  /** A server's certificate. */
  record Issued(Path certificate, Path key) {}

  /** Returns the authority's certificate in PEM form. */
  Path certificate() {
    return directory.resolve("ca.pem");
  }

  /**
   * Issues a certificate.
   *
   * @param name the subject alternative name, such as {@code IP:127.0.0.1}
   * @param days the validity in days; a negative number gives an expired certificate
   */
  Issued issue(String name, int days) throws IOException, InterruptedException {
    List<String> request = new ArrayList<>(List.of("req"));
    request.addAll(NEW_KEY);
    request.addAll(List.of("-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=server"));
    request.addAll(List.of("-addext", "subjectAltName=" + name));
    openssl(request);
    List<String> answer = new ArrayList<>(List.of("x509", "-req", "-in", "server.csr"));
    answer.addAll(List.of("-CA", "ca.pem", "-CAkey", "ca.key", "-copy_extensions", "copy"));
    answer.addAll(List.of("-days", Integer.toString(days), "-out", "server.pem"));
    openssl(answer);
    return new Issued(directory.resolve("server.pem"), directory.resolve("server.key"));
  }

  private void openssl(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(output);
    }
  }
}
