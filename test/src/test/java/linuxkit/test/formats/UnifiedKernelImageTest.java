package linuxkit.test.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import linuxkit.base.Sha256;
import linuxkit.test.DebianPrograms;
import linuxkit.test.Linuxkit;
import linuxkit.test.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks unified kernel images with independent tools. */
class UnifiedKernelImageTest {
  private static final Path FOLDER = FormatArtefacts.FOLDER;
  private static final Path UKIFY = DebianPrograms.unpacked("ukify").resolve("usr/bin/ukify");

  @TempDir Path work;

  private String run(Object... line) {
    return Programs.run(work, line);
  }

  private static Path made(String name) {
    return FOLDER.resolve(name);
  }

  private String ukify(Object... arguments) {
    Object[] line = new Object[arguments.length + 2];
    line[0] = "/usr/bin/python3";
    line[1] = UKIFY;
    System.arraycopy(arguments, 0, line, 2, arguments.length);
    return run(line);
  }

  /** What is measured by the stub, section by section, is what was put in, and no byte more. */
  @ParameterizedTest
  @CsvSource({"it, amd64", "arm, arm64"})
  void ukifyReadsItAndCreatesTheSame(String name, String architecture) {
    List<String> sections = inspect(made(name + ".efi"));
    assertThat(sections)
        .contains(section(".linux", kernel(name)), section(".initrd", made(name + "-initrd.img")))
        .anyMatch(section -> section.endsWith("-cloud-" + architecture + "\""))
        .anyMatch(section -> section.contains("\\nuki,1,UKI,uki,1,"));
    assertThat(inspect(build(name, architecture))).hasSameElementsAs(sections);
  }

  private List<String> inspect(Path image) {
    String json = ukify("inspect", image, "--json=short");
    return List.of(json.substring(1, json.length() - 2).split("}, ", -1));
  }

  private Path build(String name, String architecture) {
    Linuxkit linuxkit = Linuxkit.withComponents();
    Path loaders = work.resolve("loaders.tar");
    String component = linuxkit.run("pkg", "show-tag", "pkg/systemd-boot").succeeds().out().strip();
    linuxkit
        .run(
            "cache",
            "export",
            "--format=filesystem",
            "--platform=linux/" + architecture,
            "--outfile=" + loaders,
            component)
        .succeeds();
    run("tar", "-xf", loaders);
    String efi = architecture.equals("amd64") ? "x64" : "aa64";
    ukify(
        "build",
        "--efi-arch=" + efi,
        "--stub=usr/lib/systemd/boot/efi/linux" + efi + ".efi.stub",
        "--linux=" + kernel(name),
        "--initrd=" + made(name + "-initrd.img"),
        "--cmdline=@" + made(name + "-cmdline"),
        "--os-release=NAME=\"LinuxKit\"\nID=linuxkit\nPRETTY_NAME=\"LinuxKit\"\n",
        "--output=theirs.efi");
    return work.resolve("theirs.efi");
  }

  private static String section(String name, Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return "\"%s\": {\"size\": %d, \"sha256\": \"%s\""
          .formatted(name, bytes.length, Sha256.hex(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Uncompressed, as firmware needs it: that for arm64 is compressed with gzip. */
  private Path kernel(String name) {
    Path kernel = made(name + "-kernel");
    if (name.equals("arm")) {
      run("sh", "-c", "gzip -d <'" + kernel + "' >kernel");
      return work.resolve("kernel");
    }
    return kernel;
  }

  @Test
  void writesAnImageThatCanBeSigned() {
    String sections = run("objdump", "-h", made("it.efi"));
    assertThat(sections).contains(".osrel", ".cmdline", ".uname", ".initrd", ".linux");
    String checksum = "import pefile,sys; print(pefile.PE(sys.argv[1]).verify_checksum())";
    assertThat(run("/usr/bin/python3", "-c", checksum, made("it.efi"))).contains("True");
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=test",
        "-keyout",
        "key",
        "-out",
        "certificate");
    run("sbsign", "--key", "key", "--cert", "certificate", "--output", "signed", made("it.efi"));
    assertThat(run("sbverify", "--cert", "certificate", "signed")).contains("OK");
  }
}
