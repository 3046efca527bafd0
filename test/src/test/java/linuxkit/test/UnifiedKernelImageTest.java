package linuxkit.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.base.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What independent tools say of unified kernel images. */
class UnifiedKernelImageTest {
  private static final Path FOLDER = FormatArtefacts.FOLDER;
  private static final Path UKIFY = Linuxkit.PROJECT.resolve("target/later/usr/bin/ukify");

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
  @ValueSource(strings = {"it", "arm"})
  void ukifyFindsThePartsInIt(String name) {
    assertThat(ukify("inspect", made(name + ".efi"), "--json=short"))
        .contains(section(".linux", kernel(name)))
        .contains(section(".initrd", made(name + "-initrd.img")))
        .containsPattern(text(".cmdline", "console=ttyAMA0 console=ttyS0 no_timer_check"))
        .containsPattern(text(".uname", "6\\.[^\"]*-cloud-(amd|arm)64"))
        .containsPattern(text(".osrel", "NAME=.*ID=linuxkit.n.*"))
        .containsPattern(text(".sbat", "sbat,1,SBAT Version,[^\"]*.nsystemd-stub,1,[^\"]*"));
  }

  private static String section(String name, Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return "\"%s\": {\"size\": %d, \"sha256\": \"%s\"}"
          .formatted(name, bytes.length, Sha256.hex(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String name, String pattern) {
    return "\"\\%s\": \\{\"size\": \\d+, \"sha256\": \"[0-9a-f]{64}\", \"text\": \"%s\"\\}"
        .formatted(name, pattern);
  }

  /** Uncompressed, as firmware needs it: that for arm64 is compressed by gzip. */
  private Path kernel(String name) {
    Path kernel = made(name + "-kernel");
    if (name.equals("arm")) {
      run("sh", "-c", "gzip -d <'" + kernel + "' >kernel");
      return work.resolve("kernel");
    }
    return kernel;
  }

  @Test
  void unifiedKernelImageIsReadyToBeSigned() {
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
