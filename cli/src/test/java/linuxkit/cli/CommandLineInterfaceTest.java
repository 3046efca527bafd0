package linuxkit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.cli.console.Console;
import linuxkit.cli.console.Terminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;

class CommandLineInterfaceTest {
  private static final Map<String, String> ENVIRONMENT = Map.of("HOME", "/nonexistent");

  @ParameterizedTest
  @ValueSource(strings = {"-h cache rm x:1", "cache -h clean --all", "-h build", "run -h stop"})
  void helpBeforeACommandRunsNothing(String line) {
    Run run = Run.of(Map.of("HOME", "/nonexistent"), line.split(" ", -1));
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("Usage: linuxkit ");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void printsTheProgramAndItsVersion() {
    Run run = Run.of(ENVIRONMENT, "version");
    assertThat(run.status()).isZero();
    assertThat(run.out()).matches("linuxkit version [0-9].*\\R(commit: [0-9a-f]{40}\\R)?");
    assertThat(Run.of(ENVIRONMENT, "version", "--short").out()).matches("[0-9][^ ]*\\R");
  }

  @Test
  void acceptsOtherToolsFormsOfHelpAndVersion() {
    assertThat(Run.of(ENVIRONMENT, "help", "pkg", "build").out())
        .isEqualTo(Run.of(ENVIRONMENT, "pkg", "build", "--help").out())
        .startsWith("Usage: linuxkit pkg build");
    assertThat(Run.of(ENVIRONMENT, "--cache", "help", "-q", "help", "build").out())
        .isEqualTo(Run.of(ENVIRONMENT, "build", "--help").out());
    assertThat(Run.of(ENVIRONMENT, "help").out()).isEqualTo(Run.of(ENVIRONMENT, "--help").out());
    assertThat(Run.of(ENVIRONMENT, "--version").out())
        .isEqualTo(Run.of(ENVIRONMENT, "version").out());
  }

  @Test
  void printsTheHelpOfAGroupWithoutCommand() {
    Run run = Run.of(ENVIRONMENT);
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("Commands:", "build", "run", "pkg");
  }

  @Test
  void everyCommandHasHelpWithAnExample() {
    List<CommandSpec> all = new ArrayList<>();
    collect(
        Commands.tree(terminal(), new GlobalFlags(ENVIRONMENT), new Console(terminal())).spec(),
        all);
    assertThat(all).hasSizeGreaterThan(5);
    for (CommandSpec spec : all) {
      String[] footer = spec.usageMessage().footer();
      assertThat(footer).as(spec.qualifiedName()).isNotEmpty();
      assertThat(String.join("\n", footer)).contains("linuxkit");
      assertThat(spec.usageMessage().description()).as(spec.qualifiedName()).isNotEmpty();
    }
  }

  private static void collect(CommandSpec spec, List<CommandSpec> all) {
    all.add(spec);
    spec.subcommands().values().forEach(subcommand -> collect(subcommand.getCommandSpec(), all));
  }

  private static Terminal terminal() {
    return new Terminal(System.in, System.out, System.err, 0, ENVIRONMENT, false);
  }

  @Test
  void reportsUnwritableStandardOutput() throws IOException {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (PrintStream full = new PrintStream(new FileOutputStream("/dev/full"), true, UTF_8)) {
      Terminal terminal =
          new Terminal(
              InputStream.nullInputStream(),
              full,
              new PrintStream(err, true, UTF_8),
              0,
              Map.of(),
              false);
      assertThat(new CommandLineInterface(terminal).run("version")).isEqualTo(1);
    }
    assertThat(err.toString(UTF_8))
        .startsWith("linuxkit: could not write all output to standard output");
  }

  @Test
  void suggestsTheNearestCommand() {
    Run run = Run.of(ENVIRONMENT, "biuld", "x.yml");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("biuld").contains("did you mean build?");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void refusesAMistypedFlag() {
    Run run = Run.of(ENVIRONMENT, "version", "--shrot");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("--shrot").contains("--short");
  }

  @Test
  void reportsAnExtraArgument() {
    assertThat(Run.of(ENVIRONMENT, "run", "qemu", "one", "two").err())
        .startsWith("linuxkit: unexpected argument: two\n");
  }

  @Test
  void namesAMissingArgument() {
    for (String command :
        new String[] {"build", "pkg build", "pkg show-tag", "cache pull", "completion"}) {
      Run run = Run.of(ENVIRONMENT, command.split(" ", -1));
      assertThat(run.status()).as(command).isEqualTo(1);
      assertThat(run.err()).startsWith("linuxkit: missing argument");
    }
    assertThat(Run.of(ENVIRONMENT, "run").err()).contains("missing argument: PATH");
  }

  /** Before anything is read: there is no such manifest. */
  @ParameterizedTest
  @CsvSource({
    "raw, --size=2X, 'invalid disk size: 2X'",
    "raw, --compress=lz4, 'unknown compression: lz4'",
    "gcp, --compress=zstd, '--compress is for raw disks'",
    "raw, --vmdk=monolithicSparse, '--vmdk is for the format vmdk'",
    "vmdk, --vmdk=flat, 'unknown VMDK kind: flat'",
  })
  void checksDiskFlagsBeforeBuilding(String format, String flag, String message) {
    Run run = Run.of(ENVIRONMENT, "build", "-f", format, flag, "there-is-none.yml");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).startsWith("linuxkit: " + message);
  }

  @Test
  void refusesQuietTogetherWithVerbose() {
    Run run = Run.of(ENVIRONMENT, "-q", "-v", "2", "version");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("-q and -v cannot be combined");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-v version", "-v 2 version", "version -v", "version -v 0", "--verbose=3 version"})
  void acceptsVerbosityBeforeAndAfterTheCommand(String line) {
    assertThat(Run.of(ENVIRONMENT, line.split(" ", -1)).status()).isZero();
  }

  @Test
  void refusesAnUnknownVerbosity() {
    assertThat(Run.of(ENVIRONMENT, "-v", "7", "version").err()).contains("invalid verbosity: 7");
  }
}
