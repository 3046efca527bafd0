package linuxkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The initrd of a system without a kernel, as programs that assemble the rest themselves use it.
 */
class InitrdCommandsTest {
  private static final int GZIP = 0x1f;
  private static final int ZSTD = 0x28;
  private static final int PLAIN = '0';

  @TempDir Path folder;
  private Path manifest;

  @BeforeEach
  void setUp() throws IOException {
    manifest =
        Files.writeString(
            folder.resolve("init-ramdisk.yml"),
            """
            files:
            - {path: dev, directory: true, mode: "0755"}
            - {path: init, contents: "#!/bin/sh", mode: "0755"}
            - {path: sbin/init, symlink: ../init}
            """);
  }

  private Run run(Map<String, String> variables, Object... args) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("HOME", folder.toString());
    environment.put("LINUXKIT_CACHE", folder.resolve("cache").toString());
    return Run.of(environment, Arrays.stream(args).map(Object::toString).toArray(String[]::new));
  }

  private Run build(Map<String, String> variables, String... flags) {
    Object[] args = new Object[flags.length + 6];
    System.arraycopy(
        new Object[] {"build", "--no-sbom", "--dir", folder, manifest, "--name=x"}, 0, args, 0, 6);
    System.arraycopy(flags, 0, args, 6, flags.length);
    return run(variables, args);
  }

  private int firstByte() throws IOException {
    return Files.readAllBytes(folder.resolve("x-initrd.img"))[0];
  }

  @Test
  void flagThenVariableThenConfigurationChoosesTheCompression() throws IOException {
    assertThat(build(Map.of()).status()).isZero();
    assertThat(firstByte()).isEqualTo(ZSTD);
    Map<String, String> variable = Map.of("LINUXKIT_INITRD_COMPRESSION", "none");
    Path file = Files.createDirectories(folder.resolve(".moby/linuxkit")).resolve("config.yml");
    Files.writeString(file, "initrd: {compression: gzip}\n");
    assertThat(build(Map.of()).status()).isZero();
    assertThat(firstByte()).isEqualTo(GZIP);
    assertThat(build(variable).status()).isZero();
    assertThat(firstByte()).isEqualTo(PLAIN);
    assertThat(build(variable, "--initrd-compression", "zstd").status()).isZero();
    assertThat(firstByte()).isEqualTo(ZSTD);
    Run wrong = build(Map.of("LINUXKIT_INITRD_COMPRESSION", "lzma"));
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.err())
        .contains("unknown compression in LINUXKIT_INITRD_COMPRESSION: lzma")
        .contains("use zstd, gzip, none or erofs");
  }

  @Test
  void buildsTheInitrdAloneWithoutAKernel() throws IOException {
    Run run = build(Map.of(), "--format", "kernel+initrd-nogz");
    assertThat(run.err()).contains("x-initrd.img").doesNotContain("x-kernel", "x-cmdline");
    assertThat(run.status()).isZero();
    assertThat(firstByte()).isEqualTo(PLAIN);
    assertThat(folder.resolve("x-kernel")).doesNotExist();
    assertThat(run(Map.of(), "ls", folder.resolve("x")).out())
        .isEqualTo("dev\ninit\nsbin\nsbin/init\n");
    assertThat(run(Map.of(), "ls", "-l", folder.resolve("x-initrd.img")).out())
        .contains("-0755     0:0               9 2017-04-18T16:30:00Z init\n")
        .contains(" sbin/init -> ../init\n");
  }

  @Test
  void unpacksABuiltSystem() {
    assertThat(build(Map.of(), "--format", "tar,kernel+initrd").status()).isZero();
    Path target = folder.resolve("out");
    Run several = run(Map.of(), "unpack", folder.resolve("x"), target);
    assertThat(several.status()).isEqualTo(1);
    assertThat(several.err()).contains("x was built in several formats");
    Run run = run(Map.of(), "unpack", folder.resolve("x.tar"), target);
    assertThat(run.err()).isEmpty();
    assertThat(target.resolve("init")).hasContent("#!/bin/sh").isExecutable();
    assertThat(target.resolve("sbin/init")).isSymbolicLink();
    Run again = run(Map.of(), "unpack", folder.resolve("x.tar"), target);
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.err()).contains("the folder is not empty");
    Run missing = run(Map.of(), "ls", folder.resolve("y"));
    assertThat(missing.err()).contains("there is no artefact");
  }
}
