package linuxkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import linuxkit.cli.syntax.CompletionScripts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionTest {
  @TempDir Path folder;

  private List<String> complete(String line) {
    List<String> words = new ArrayList<>(List.of("__complete"));
    words.addAll(Arrays.asList(line.split(" ", -1)));
    return Run.of(Map.of("HOME", folder.toString()), words.toArray(String[]::new))
        .out()
        .lines()
        .map(word -> word.replaceFirst("\t.*", ""))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "vers, version",
    "cache pru, prune",
    "--cache x pkg sh, show-tag",
    "build --format kernel+sq, kernel+squashfs",
    "build -f tar-, tar-kernel-initrd",
    "-cache pkg pkg builder pr, prune",
    "pkg help bui, builder",
    "build -format ra, raw",
    "build --format=iso-b, --format=iso-bios",
    "'build --format tar,vhd', 'tar,vhd'",
    "build --arch ri, riscv64",
    "build --arch pp, ppc64le",
    "run --arch aa, aarch64",
    "run qemu --arch s, s390x",
    "cache export --format fi, filesystem",
    "build --decompress, --decompress-kernel",
    "completion po, powershell",
    "build --format tar --dr, --dry-run",
  })
  void completesCommandsFlagsAndValues(String line, String word) {
    assertThat(complete(line)).contains(word);
  }

  @ParameterizedTest
  @CsvSource({"build m", "build --dir x", "build --dir=", "run --arch none", "x y"})
  void leavesFilesToTheShell(String line) {
    assertThat(complete(line)).isEmpty();
  }

  @Test
  void describesCommandsAndNamesImagesOfTheStore() throws IOException {
    assertThat(Run.of(Map.of(), "__complete", "vers").out())
        .isEqualTo("version\tPrint the version of this program.\n");
    Path archive = SavedImage.write(folder.resolve("app.tar"), "app:1", "amd64", "");
    Run.of(Map.of("HOME", folder.toString()), "cache", "import", archive.toString());
    assertThat(complete("cache rm dock")).containsExactly("docker.io/library/app:1");
  }

  @Test
  void f10HasAScriptForEachShell() {
    assertThat(Run.of(Map.of(), "completion", "zsh").out())
        .startsWith("#compdef linuxkit\n")
        .doesNotContain("bash");
    assertThat(Run.of(Map.of(), "completion", "powershell").out())
        .contains("Register-ArgumentCompleter -Native -CommandName linuxkit");
    for (String shell : CompletionScripts.shells()) {
      assertThat(Run.of(Map.of(), "completion", shell).out()).contains("linuxkit __complete");
    }
  }

  @Test
  void completesInBash() throws Exception {
    String script = Run.of(Map.of(), "completion", "bash").out();
    // The stand-in prints its words, so that the cutting of words can be seen.
    String stub = "linuxkit() { shift; local IFS='|'; printf '%s\\tx\\n' \"$*\"; }\n";
    String probe =
        "COMP_LINE='%s'; COMP_POINT=${#COMP_LINE}; _linuxkit; echo \"${COMPREPLY[@]}\"\n";
    assertThat(shell(script + stub + probe.formatted("linuxkit vers"))).isEqualTo("vers");
    assertThat(shell(script + stub + probe.formatted("linuxkit build "))).isEqualTo("build|");
    assertThat(
            shell(
                script
                    + "linuxkit() { echo --format=tar; }\n"
                    + probe.formatted("linuxkit build --format=t")))
        .isEqualTo("tar");
    assertThat(
            shell(
                script
                    + "linuxkit() { echo a/b:1; }\n"
                    + probe.formatted("linuxkit cache rm a/b:")))
        .isEqualTo("1");
  }

  @Test
  void refusesOtherShells() {
    Run run = Run.of(Map.of(), "completion", "csh");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("csh").contains("bash, zsh, fish, powershell");
  }

  private static String shell(String script) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("bash").redirectErrorStream(true).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(script.getBytes(StandardCharsets.UTF_8));
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.strip();
  }
}
