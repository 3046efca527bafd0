package linuxkit.trust.cosign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An installed cosign. Those in {@code target/tools/*} and on the PATH are tried, and those that
 * the environment variable {@code COSIGN_PROGRAMS} lists, separated by colons.
 */
record CosignProgram(Path file, int major) {
  static List<CosignProgram> installed() {
    List<CosignProgram> found = new ArrayList<>();
    Stream.of(named(), unpacked(), path())
        .flatMap(List::stream)
        .filter(Files::isExecutable)
        .forEach(file -> found.add(new CosignProgram(file, major(file))));
    return found;
  }

  private static List<Path> named() {
    String listed = System.getenv().getOrDefault("COSIGN_PROGRAMS", "");
    return Stream.of(listed.split(File.pathSeparator))
        .filter(each -> !each.isEmpty())
        .map(Path::of)
        .toList();
  }

  private static List<Path> unpacked() {
    Path home = Path.of(System.getProperty("linuxkit.home", "target/linuxkit"));
    Path tools = home.resolveSibling("tools");
    if (!Files.isDirectory(tools)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(tools)) {
      return folders.sorted().map(folder -> folder.resolve("usr/bin/cosign")).toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> path() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, "cosign"))
        .filter(Files::isExecutable)
        .limit(1)
        .toList();
  }

  // Debian's cosign does not know its version. Only cosign 2 can choose the form of a bundle.
  private static int major(Path file) {
    try {
      Process process =
          new ProcessBuilder(file.toString(), "verify-blob", "--help")
              .redirectErrorStream(true)
              .start();
      String help = new String(process.getInputStream().readAllBytes(), UTF_8);
      return help.contains("--new-bundle-format") ? 2 : 3;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs a command and returns its output; the exit status must be zero. */
  String run(Path folder, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("COSIGN_PASSWORD", "");
    builder.environment().put("HOME", folder.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
    return output;
  }

  @Override
  public String toString() {
    return "cosign " + major;
  }
}
