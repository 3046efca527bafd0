package linuxkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inspects systems that consist only of files, and so need no image. */
class InspectCommandsTest {
  @TempDir Path folder;
  private Path one;
  private Path two;

  @BeforeEach
  void write() throws IOException {
    one = Files.writeString(folder.resolve("one.yml"), "files: [{path: etc/a, contents: abc}]\n");
    two =
        Files.writeString(
            folder.resolve("two.yml"),
            "files: [{path: etc/a, contents: abcd}, {path: b, directory: true}]\n");
  }

  private Run run(Object... args) {
    String[] all = new String[args.length + 2];
    all[0] = "--cache";
    all[1] = folder.resolve("cache").toString();
    for (int i = 0; i < args.length; i++) {
      all[i + 2] = args[i].toString();
    }
    return Run.of(Map.of("HOME", folder.toString()), all);
  }

  private Path tar(Path manifest) {
    Path tar = folder.resolve(manifest.getFileName() + ".tar");
    assertThat(run("build", "--no-sbom", "--o", tar, manifest).status()).isZero();
    return tar;
  }

  @Test
  void endsWithZeroAndNoOutputForEqualSystems() {
    Run run = run("diff", "--no-sbom", one, tar(one));
    assertThat(run.err() + run.out()).isEmpty();
    assertThat(run.status()).isZero();
  }

  @Test
  void endsWithTwoForDifferentSystems() {
    Run run = run("diff", "--no-sbom", one, tar(two));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out())
        .isEqualTo(
            """
            Sizes
              files          3 B          4 B         +1 B
              total          3 B          4 B         +1 B
            Files
              + /b  directory
              ~ /etc/a  size 3 B → 4 B, content
            """);
    assertThat(run("diff", "--json", one, two).out()).startsWith("{\n  \"same\": false,");
  }

  @Test
  void endsWithOneAfterAFailure() {
    Run missing = run("diff", one, folder.resolve("missing.yml"));
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.err()).contains("missing.yml: cannot read: no such file or directory");
    Run image = run("diff", one, "nginx");
    assertThat(image.status()).isEqualTo(1);
    assertThat(image.err()).contains("neither a manifest nor a built system: nginx");
  }

  @Test
  void whyReadsManifestsAndTars() throws IOException {
    assertThat(run("why", one, "/etc/a").out())
        .isEqualTo(
            """
            /etc/a is a file of 3 B, mode 0600, owner 0:0
              part      files[0]
              manifest  %s:1:9
            """
                .formatted(one));
    assertThat(run("why", tar(one), "etc/a").out())
        .isEqualTo(
            """
            /etc/a is a file of 3 B, mode 0600, owner 0:0
              part      files[0]
            """);
    Path volume = Files.writeString(folder.resolve("volume.yml"), "volumes: [{name: empty}]\n");
    assertThat(run("why", tar(volume), "containers/volumes/empty/tmp").out())
        .contains("  part      volume[0]\n  note      made by linuxkit (linuxkit.volumes)\n");
    Run unknown = run("why", one, "/etc/b");
    assertThat(unknown.status()).isEqualTo(1);
    assertThat(unknown.err())
        .isEqualTo("linuxkit: " + one + ": there is no /etc/b\n  hint: similar paths are /etc/a\n");
  }

  @Test
  void escapesUntrustedTextInItsOutput() throws IOException {
    Path hostile =
        Files.writeString(
            folder.resolve("hostile.yml"),
            "files: [{path: \"etc/\\e[31mred\\n  + /forged\", contents: abc}]\n");
    assertThat(run("diff", "--no-sbom", one, hostile).out())
        .contains("  + /etc/\\u001b[31mred\\n  + /forged  3 B\n");
    Run why = run("why", hostile, "/etc/\033[31mred\n  + /forged");
    assertThat(why.out()).startsWith("/etc/\\u001b[31mred\\n  + /forged is a file");
    Run unknown = run("why", one, "/etc/\033[31mred");
    assertThat(unknown.err()).contains("there is no /etc/\\u001b[31mred\n");
  }

  @Test
  void writesNothingOverTheBudget() {
    Path out = folder.resolve("out.tar");
    Run run =
        run(
            "build",
            "--no-sbom",
            "--budget",
            "total=2",
            "--report",
            folder.resolve("r.html"),
            "--o",
            out,
            one);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            """
            Add files:
            linuxkit: over budget: total is 3 B, 1 B over its limit of 2 B
              hint: reduce the largest parts (files 3 B) or raise the limit
            """);
    assertThat(out).doesNotExist();
    assertThat(folder.resolve("r.html")).doesNotExist();
    assertThat(run("build", "--no-sbom", "--budget", "total=3,initrd=1M", "--o", out, one).status())
        .isZero();
    assertThat(run("build", "--no-sbom", "--budget", "initrd=10", "--o", out, one).err())
        .contains("over budget: initrd is ");
  }

  @Test
  void writesTheReportWithTheOutputs() throws IOException {
    Path report = folder.resolve("r.html");
    assertThat(run("build", "--report", report, "--o", folder.resolve("a.tar"), one).status())
        .isZero();
    assertThat(Files.readString(report)).contains("<h1>one</h1>", "files: 3 B");
    Files.delete(report);
    assertThat(run("build", "--format", "uki", "--report", report, "--dir", folder, one).status())
        .isEqualTo(1);
    assertThat(report).doesNotExist();
  }
}
