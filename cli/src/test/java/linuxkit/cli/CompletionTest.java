package linuxkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompletionTest {
  @Test
  void completesACommandInBash() throws Exception {
    String script = Run.of(Map.of(), "completion", "bash").out();
    String probe =
        "\nCOMP_WORDS=(linuxkit vers); COMP_CWORD=1; _complete_linuxkit 2>/dev/null; echo \"${COMPREPLY[@]}\"\n";
    assertThat(shell(List.of("bash"), script + probe)).isEqualTo("version");
  }

  @Test
  void namesEveryCommandAndFlagInTheFishScript() {
    String script = Run.of(Map.of(), "completion", "fish").out();
    assertThat(script.lines()).allMatch(line -> line.startsWith("complete -c linuxkit -n '"));
    assertThat(script)
        .contains(
            "-f -a build ",
            "-l format ",
            "__fish_seen_subcommand_from pkg; and __fish_seen_subcommand_from build",
            "-n '__fish_seen_subcommand_from build; and not __fish_seen_subcommand_from pkg' -l dir ",
            "' -a qemu ");
    assertThat(script.lines())
        .allMatch(line -> line.replace("\\'", "").chars().filter(c -> c == '\'').count() == 4);
  }

  @Test
  void refusesOtherShells() {
    Run run = Run.of(Map.of(), "completion", "csh");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("csh").contains("bash, zsh or fish");
  }

  private static String shell(List<String> command, String script)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(script.getBytes(StandardCharsets.UTF_8));
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.strip();
  }
}
