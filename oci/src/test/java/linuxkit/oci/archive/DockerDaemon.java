package linuxkit.oci.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import linuxkit.oci.OciTools;

/** A Docker Engine with all of its data in a folder of the test. It needs root. */
final class DockerDaemon implements AutoCloseable {
  private final Path directory;
  private final Process process;

  private DockerDaemon(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
  }

  static DockerDaemon start(Path directory) throws IOException, InterruptedException {
    Path log = directory.resolve("dockerd.log");
    Process process =
        new ProcessBuilder(
                "dockerd",
                "--iptables=false",
                "--bridge=none",
                "--host=unix://" + directory.resolve("docker.sock"),
                "--data-root=" + directory.resolve("data"),
                "--exec-root=" + directory.resolve("exec"),
                "--pidfile=" + directory.resolve("pid"),
                "--storage-driver=vfs")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    while (!Files.readString(log).contains("API listen on")) {
      if (!process.isAlive()) {
        throw new IOException(Files.readString(log));
      }
      Thread.sleep(50);
    }
    return new DockerDaemon(directory, process);
  }

  String docker(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("docker", "--host", "unix://" + directory.resolve("docker.sock")));
    command.addAll(List.of(arguments));
    return OciTools.run(directory, command.toArray(String[]::new));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
