package linuxkit.test.packages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import linuxkit.test.DebianPrograms;
import linuxkit.test.Programs;

/**
 * A Docker Engine with BuildKit and containerd's image store, on a socket in a folder of its own.
 * It needs root.
 */
public final class BuildKitEngine implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Path programs;
  private final Path folder;
  private final Process process;

  private BuildKitEngine(Path programs, Path folder, Process process) {
    this.programs = programs;
    this.folder = folder;
    this.process = process;
  }

  public static BuildKitEngine start() throws IOException, InterruptedException {
    Path programs = DebianPrograms.unpacked("buildkit");
    // The paths of sockets must be short.
    Path folder = Files.createTempDirectory("lk");
    Path config = folder.resolve("daemon.json");
    Files.writeString(config, "{\"features\": {\"containerd-snapshotter\": true}}");
    Path plugins = Files.createDirectories(folder.resolve("config/cli-plugins"));
    Files.createSymbolicLink(
        plugins.resolve("docker-buildx"),
        programs.resolve("usr/libexec/docker/cli-plugins/docker-buildx"));
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(
                programs.resolve("usr/sbin/dockerd").toString(),
                "--config-file=" + config,
                "--iptables=false",
                "--ip6tables=false",
                "--bridge=none",
                "--host=unix://" + folder.resolve("s"),
                "--data-root=" + folder.resolve("data"),
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("pid"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("PATH", path(programs));
    Process process = builder.start();
    BuildKitEngine engine = new BuildKitEngine(programs, folder, process);
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!Files.readString(log).contains("API listen on")) {
      if (!process.isAlive() || System.nanoTime() > end) {
        String text = Files.readString(log);
        engine.close();
        throw new IOException(text);
      }
      Thread.sleep(50);
    }
    return engine;
  }

  private static String path(Path programs) {
    return programs.resolve("usr/bin")
        + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  }

  /** Returns the variables with which the engine is found. */
  public Map<String, String> environment() {
    return Map.of(
        "PATH", path(programs),
        "DOCKER_HOST", address(),
        "DOCKER_CONFIG", folder.resolve("config").toString());
  }

  /** Returns the variables without the engine's address. */
  Map<String, String> client() {
    return Map.of(
        "PATH", path(programs),
        "DOCKER_HOST", "",
        "DOCKER_CONFIG", folder.resolve("config").toString());
  }

  String address() {
    return "unix://" + folder.resolve("s");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Programs.run(Path.of("/"), "rm", "-rf", "--one-file-system", folder);
  }
}
