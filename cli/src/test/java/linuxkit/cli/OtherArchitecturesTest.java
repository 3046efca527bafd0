package linuxkit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Builds systems for processors that the project has no guest program for, from other people's
 * images.
 */
class OtherArchitecturesTest {
  @TempDir Path folder;
  private Path manifest;

  @BeforeEach
  void setUp() throws IOException {
    manifest =
        Files.writeString(
            folder.resolve("m.yml"),
            """
            kernel: {image: "app:1", binary: greeting, tar: none, cmdline: console=hvc0}
            init: ["app:1"]
            onboot: [{name: first, image: "app:1", command: [/greeting]}]
            services: [{name: web, image: "app:1", command: [/greeting]}]
            """);
  }

  private Run run(String... args) {
    return Run.of(
        Map.of("HOME", folder.toString(), "LINUXKIT_CACHE", folder.resolve("cache").toString()),
        args);
  }

  private Run build(String architecture, String formats) throws IOException {
    Path archive = SavedImage.write(folder.resolve("saved.tar"), "app:1", architecture, "");
    assertThat(run("cache", "import", archive.toString()).err()).isEmpty();
    return run(
        "build",
        "--arch",
        architecture,
        "--format",
        formats,
        "--dir",
        folder.toString(),
        "--name",
        "x",
        manifest.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"s390x", "ppc64le", "riscv64"})
  void buildsArchivesAndKernelWithInitrd(String architecture) throws IOException {
    Run run = build(architecture, "tar,docker,kernel+initrd,tar-kernel-initrd");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(folder.resolve("x-kernel")).hasContent("hello");
    assertThat(folder.resolve("x-cmdline")).hasContent("console=hvc0");
    String[] members = {
      "greeting", "containers/onboot/000-first/config.json", "containers/services/web/config.json"
    };
    assertThat(list("x-initrd.img")).contains(members);
    assertThat(list("x.tar")).contains(members).contains("boot/kernel");
    assertThat(list("x.docker")).contains(members).contains("Dockerfile");
    assertThat(list("x-initrd.tar")).containsExactly("kernel", "initrd.img", "cmdline");
    Run unpacked =
        run("unpack", folder.resolve("x.tar").toString(), folder.resolve("out").toString());
    assertThat(unpacked.status()).as(unpacked.err()).isZero();
    // Its own numbers of system calls, not those of this machine.
    Path config = folder.resolve("out/containers/services/web/config.json");
    assertThat(Files.readString(config, UTF_8)).doesNotContain("SCMP_ARCH_X86", "SCMP_ARCH_AARCH");
  }

  private String[] list(String artefact) {
    return run("ls", folder.resolve(artefact).toString()).out().lines().toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"s390x", "ppc64le"})
  void refusesOtherFormatsAndNamesThosePossible(String architecture) throws IOException {
    for (String format :
        new String[] {"kernel+squashfs", "kernel+erofs", "kernel+iso", "iso", "raw-efi", "rpi3"}) {
      Run run = build(architecture, format);
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err())
          .startsWith("linuxkit: the format " + format + " cannot be built: ")
          .endsWith(
              "\n  hint: the formats for "
                  + architecture
                  + " are kernel+initrd, tar, docker, tar-kernel-initrd, kernel+initrd-nogz\n");
    }
  }
}
