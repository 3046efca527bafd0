package linuxkit.test.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import linuxkit.test.Linuxkit;

/**
 * A cosign of this machine: one that the environment variable {@code COSIGN_PROGRAMS} lists,
 * separated by colons, or else one in {@code target/tools}, or else the one on the path.
 */
record Cosign(Path file, boolean isThird) {
  static List<Cosign> installed() {
    String listed = System.getenv().getOrDefault("COSIGN_PROGRAMS", "");
    List<Path> named =
        Stream.of(listed.split(File.pathSeparator))
            .filter(each -> !each.isEmpty())
            .map(Path::of)
            .toList();
    List<Path> onPath =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(folder -> Path.of(folder, "cosign"))
            .toList();
    List<Cosign> found =
        Stream.of(named, unpacked(), onPath)
            .map(files -> files.stream().filter(Files::isExecutable).map(Cosign::of).toList())
            .filter(files -> !files.isEmpty())
            .findFirst()
            .orElse(List.of());
    if (found.isEmpty()) {
      System.out.println(
          "Skipped: no cosign to compare with is in target/tools, on the path or in COSIGN_PROGRAMS.");
    }
    return found;
  }

  private static List<Path> unpacked() {
    Path tools = Linuxkit.distribution().resolveSibling("tools");
    if (!Files.isDirectory(tools)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(tools)) {
      return folders.sorted().map(folder -> folder.resolve("usr/bin/cosign")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Debian's cosign does not know its version. Only cosign 2 can choose the form of a bundle.
  private static Cosign of(Path file) {
    try {
      Process process =
          new ProcessBuilder(file.toString(), "verify-blob", "--help")
              .redirectErrorStream(true)
              .start();
      String help = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Cosign(file, !help.contains("--new-bundle-format"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Signs an image of a registry on this machine. */
  void sign(Path folder, String key, String image) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("sign", "--key", key, "--tlog-upload=false", "-y"));
    if (isThird) {
      command.add("--use-signing-config=false");
    }
    command.addAll(List.of("--allow-insecure-registry", image));
    run(folder, command.toArray(String[]::new));
  }

  /** Makes a key pair, and returns the name of the file with the private key. */
  String newKey(Path folder) throws Exception {
    String prefix = isThird ? "third" : "second";
    run(folder, "generate-key-pair", "--output-key-prefix", prefix);
    return prefix + ".key";
  }

  /** Runs a command that must succeed, and returns its output. */
  String run(Path folder, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder
        .environment()
        .putAll(Map.of("COSIGN_PASSWORD", "", "HOME", folder.toString(), "COSIGN_YES", "true"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
    return output;
  }

  @Override
  public String toString() {
    return isThird ? "cosign 3" : "cosign 2";
  }
}
