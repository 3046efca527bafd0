package linuxkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import linuxkit.cli.console.OutputStreams;
import linuxkit.cli.console.Terminal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of command lines, as scripts and people write them. */
class CommandLineFaultsTest {
  @TempDir Path folder;
  private Map<String, String> environment;

  @BeforeEach
  void aManifest() throws IOException {
    environment =
        Map.of("HOME", folder.toString(), "LINUXKIT_CACHE", folder.resolve("cache").toString());
    Files.writeString(folder.resolve("m.yml"), "files: [{path: a, contents: x, mode: \"0644\"}]\n");
    Path component = Files.createDirectory(folder.resolve("build"));
    Files.writeString(
        component.resolve("build.yml"), "image: x\nfiles: [{path: /a, contents: x}]\n");
  }

  private Run run(String line) {
    return Run.of(environment, line.replace("@", folder.toString()).split(" ", -1));
  }

  // LinuxKit's flag, which shows a password to every user of the machine.
  @Test
  void refusesPasswordsOnTheCommandLine() {
    Run run = run("pkg build --registry-creds r.example=ali:secret @/build");
    assertThat(run.status()).isNotZero();
    assertThat(run.err()).contains("--registry-creds is not supported").contains("docker login");
    assertThat(run.err()).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--cache @/build cache ls",
        "--cache build cache ls",
        "--cache=cache cache ls",
        "cache --cache ls ls",
        "-cache run cache ls",
        "pkg --org pkg show-tag @/build",
        "pkg show-tag --org show-tag @/build",
        "pkg --tag build show-tag @/build",
        "build -q --no-sbom -f tar --dir @ --name run @/m.yml",
      })
  void f6TakesTheNameOfACommandAsAValue(String line) {
    Run run = run(line);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "pkg --org foo show-tag @/build, foo/x:",
    "pkg -org foo show-tag @/build, foo/x:",
    "pkg --hash abc show-tag @/build, linuxkit/x:abc",
    "pkg --tag v-{{.Hash}} --hash abc show-tag @/build, linuxkit/x:v-abc",
    "pkg --build-yml build.yml show-tag @/build, linuxkit/x:",
    "pkg --hash before show-tag --hash after @/build, linuxkit/x:after",
  })
  void f7TakesFlagsForNamesBeforeTheCommand(String line, String name) {
    assertThat(run(line).out()).startsWith(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "build -format tar -name x -dir @ -no-sbom @/m.yml",
        "build -format=tar -name=x -dir=@ -no-sbom=true @/m.yml",
        "build --format tar --name x --dir @ --no-sbom @/m.yml",
        "build -qf tar --name x --dir @ --no-sbom @/m.yml",
        "build -ftar -name x -dir @ -no-sbom @/m.yml",
        "build -quiet -format tar -name x -dir @ -no-sbom @/m.yml",
      })
  void f14TakesLongFlagsWithOneDash(String line) {
    assertThat(run(line).status()).isZero();
    assertThat(folder.resolve("x.tar")).exists();
  }

  @Test
  void f14SuggestsAFlagForAMisspeltOne() {
    assertThat(run("build -naem x @/m.yml").err())
        .startsWith("linuxkit: unknown option: -naem\n")
        .contains("did you mean");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run aws x", "run hyperkit -cpus 2 x", "run gcp", "run bhyve x"})
  void f9SaysThatThereIsNoSuchBackend(String line) {
    assertThat(run(line).err())
        .startsWith("linuxkit: there is no backend " + line.split(" ", -1)[1] + "\n");
    assertThat(run("--mirror http://127.0.0.1:1 " + line).err()).contains("there is no backend ");
    assertThat(run("run --data gcp nosuch").err()).doesNotContain("backend");
  }

  @ParameterizedTest
  @CsvSource({
    "build --arch x86_64 @/m.yml, unknown architecture: x86_64, did you mean amd64?",
    "build --arch aarch64 @/m.yml, unknown architecture: aarch64, did you mean arm64?",
    "run --cpus x y, invalid value for option '--cpus': 'x' is not a whole number, see",
    "build --format, missing required parameter for option '--format', see",
  })
  void messagesBeginInLowerCaseAndHint(String line, String message, String hint) {
    assertThat(run(line).err()).startsWith("linuxkit: " + message).contains("\n  hint: " + hint);
  }

  @ParameterizedTest
  @CsvSource({
    "cache help ls, linuxkit cache ls",
    "cache help, linuxkit cache",
    "pkg builder help, linuxkit pkg builder",
    "pkg builder help prune, linuxkit pkg builder prune",
    "run help, linuxkit run",
    "pkg help build, linuxkit pkg build"
  })
  void helpWorksWithinGroups(String line, String usage) {
    assertThat(run(line).out()).contains("Usage: " + usage);
  }

  @Test
  void f14RefusesAnInputTarThatIsMissing() {
    assertThat(run("build -f tar --input-tar @/no.tar --dir @ @/m.yml").err())
        .contains("no.tar: cannot read the archive: no such file or directory");
  }

  @Test
  void a2GivesTheTrueReasonForAFormatThatIsNotStreamed() {
    assertThat(run("build -f iso-efi -o @/x.iso @/m.yml").err())
        .startsWith("linuxkit: the format iso-efi cannot be written as a stream");
  }

  @Test
  void saysThatAnOutputIsATarArchive() {
    assertThat(run("build --no-sbom -o @/out @/m.yml").err()).contains("Writing a tar archive");
    assertThat(run("build --no-sbom -f tar -o @/out @/m.yml").err())
        .doesNotContain("Writing a tar archive");
  }

  @Test
  void a4EndsSilentlyWhenNobodyReads() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    Terminal terminal =
        new Terminal(
            InputStream.nullInputStream(),
            OutputStreams.lines(closed),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            0,
            environment,
            false);
    assertThat(new CommandLineInterface(terminal).run("completion", "bash")).isEqualTo(141);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "run @/m.yml, 'a manifest, not a built system'",
    "run @/x.tar, 'a tar archive, not a bootable system'",
    "run @/empty.img, cannot boot an empty file",
  })
  void a5RefusesWhatDoesNotBoot(String line, String message) throws IOException {
    Files.writeString(folder.resolve("x.tar"), "tar");
    Files.createFile(folder.resolve("empty.img"));
    assertThat(run(line).err()).contains(message);
    assertThat(folder.resolve("m.yml-state")).doesNotExist();
  }

  @Test
  void createsTheMetadataOfAGuest() throws IOException {
    assertThat(run("metadata create @/data.iso hello-guest").err()).isEmpty();
    byte[] image = Files.readAllBytes(folder.resolve("data.iso"));
    assertThat(image).hasSize(45056);
    assertThat(new String(image, 32769, 5, StandardCharsets.US_ASCII)).isEqualTo("CD001");
    assertThat(new String(image, 21 * 2048, 11, StandardCharsets.US_ASCII))
        .isEqualTo("hello-guest");
    assertThat(run("metadata").status()).isZero();
  }

  @Test
  void writesTheFileThatALinkLeadsTo() throws IOException {
    Path target = folder.resolve("kept.iso");
    Path link = Files.createSymbolicLink(folder.resolve("data.iso"), target.getFileName());
    for (String before : List.of("missing", "there")) {
      assertThat(run("metadata create @/data.iso " + before).err()).isEmpty();
      assertThat(link).isSymbolicLink();
      assertThat(new String(Files.readAllBytes(target), 21 * 2048, 7, StandardCharsets.US_ASCII))
          .startsWith(before.substring(0, 5));
    }
  }
}
