package linuxkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code build} as a whole on manifests that nobody would write. */
class BuildFuzzTest {
  private static final List<String> KEYS =
      List.of(
          "kernel",
          "init",
          "onboot",
          "onshutdown",
          "services",
          "files",
          "volumes",
          "trust",
          "name",
          "image",
          "cmdline",
          "tar",
          "ucode",
          "binary",
          "modules",
          "path",
          "contents",
          "source",
          "metadata",
          "symlink",
          "directory",
          "mode",
          "uid",
          "gid",
          "optional",
          "binds",
          "mounts",
          "capabilities",
          "binds.add",
          "tmpfs",
          "command",
          "env",
          "cwd",
          "net",
          "pid",
          "runtime",
          "mkdir",
          "interfaces",
          "bindNS",
          "readonly",
          "format",
          "platforms",
          "resources",
          "memory",
          "limit",
          "rlimits",
          "devices",
          "sysctl",
          "uidMappings",
          "hostID",
          "size",
          "<<",
          "budget");
  // No name of an image that would be looked for in a registry.
  private static final List<String> VALUES =
      List.of(
          "\"@pkg:tool\"",
          "\"@pkg:none\"",
          "\"@pkg:../../..\"",
          "\"not an image\"",
          "true",
          "null",
          "\"\"",
          "0",
          "-1",
          "\"/etc/x\"",
          "\"../x\"",
          "\"0644\"",
          "\"YAML\"",
          "\"A\"",
          "\"V:/x:ro\"",
          "\"ALL\"",
          "\"CAP_KILL\"",
          "*a",
          "&a B",
          "!!java.util.Date x",
          "~",
          "'",
          "{",
          "1e999",
          "\"\\u0000\"",
          "[[[[",
          "\"/tool\"",
          "\"linux/AMD64\"");

  @TempDir static Path shared;

  @TempDir Path out;

  @BeforeAll
  static void component() throws IOException {
    Path tool = Files.createDirectory(shared.resolve("tool"));
    Files.writeString(
        tool.resolve("build.yml"),
        "image: tool\nfiles: [{path: /tool, contents: tool}, {path: /kernel, contents: k}]\n");
    assertThat(run("pkg", "build", tool.toString()).status()).isZero();
  }

  private static Run run(String... args) {
    Map<String, String> environment =
        Map.of("HOME", shared.toString(), "LINUXKIT_CACHE", shared.resolve("cache").toString());
    return Run.of(environment, args);
  }

  private void endsInOutputsOrAFailure(String manifest) throws IOException {
    Path file = Files.writeString(shared.resolve("m.yml"), manifest);
    Run run = run("build", "-f", "tar-kernel-initrd", "--dir", out.toString(), file.toString());
    List<Path> made;
    try (Stream<Path> files = Files.list(out)) {
      made = files.toList();
    }
    assertThat(run.out()).isEmpty();
    if (run.status() == 0) {
      assertThat(made).containsExactly(out.resolve("m-initrd.tar"));
      Files.delete(made.getFirst());
    } else {
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err()).contains("linuxkit: ").doesNotContain("internal error");
      assertThat(made).isEmpty();
    }
  }

  @Test
  void buildsAValidManifestAndLeavesNothingOfAnInvalidOne() throws IOException {
    String kernel = "kernel: {image: \"@pkg:tool\", tar: none}\n";
    endsInOutputsOrAFailure(kernel + "services: [{name: a, image: \"@pkg:tool\"}]\n");
    endsInOutputsOrAFailure(kernel + "services: [{name: ../a, image: \"@pkg:tool\"}]\n");
  }

  @FuzzTest(maxDuration = "10s")
  void buildsOrRefusesAnyManifest(FuzzedDataProvider data) throws IOException {
    StringBuilder manifest = new StringBuilder();
    if (data.consumeBoolean()) {
      manifest.append("kernel: {image: \"@pkg:tool\", tar: none}\n");
    }
    value(data, manifest, 0);
    endsInOutputsOrAFailure(manifest.toString());
  }

  /** A mapping, a list, or a scalar, in YAML's flow style. */
  private static void value(FuzzedDataProvider data, StringBuilder text, int depth) {
    int kind = depth > 4 ? 3 : data.consumeInt(0, 3);
    int count = kind < 2 ? data.consumeInt(0, 4) : 0;
    switch (kind) {
      case 0 -> {
        text.append('{');
        for (int i = 0; i < count; i++) {
          text.append(i == 0 ? "" : ", ").append(data.pickValue(KEYS)).append(": ");
          value(data, text, depth + 1);
        }
        text.append('}');
      }
      case 1 -> {
        text.append('[');
        for (int i = 0; i < count; i++) {
          text.append(i == 0 ? "" : ", ");
          value(data, text, depth + 1);
        }
        text.append(']');
      }
      default -> text.append(data.pickValue(VALUES));
    }
  }
}
