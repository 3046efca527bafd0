package linuxkit.boot.initrd;

import static linuxkit.boot.Systems.file;
import static linuxkit.boot.Systems.put;
import static linuxkit.boot.Systems.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.InitrdTools;
import linuxkit.boot.Systems;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.system.assembly.SystemTree;
import linuxkit.system.kernel.KernelConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageRootTest {
  @TempDir Path work;

  private InitrdBuilder builder() {
    return new InitrdBuilder(
        new WorkCache(work.resolve("cache")),
        InitrdCompression.EROFS,
        Optional.of(
            _ -> {
              FileTree program = new FileTree(Metadata.of(0755, 0, 0, 0));
              put(program, "init", file(0755, text("the first stage")));
              return program;
            }),
        Progress.silent());
  }

  private byte[] build() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    builder().build(Systems.full()).writeTo(bytes);
    return bytes.toByteArray();
  }

  @Test
  void holdsTheFirstStageAndTheRootAsOneImage() throws Exception {
    byte[] plain = InitrdTools.decompressed(build());
    assertThat(new String(plain, StandardCharsets.ISO_8859_1))
        .contains("the first stage")
        .contains("root.erofs")
        .doesNotContain("containers/services");
  }

  @Test
  void givesTheSameBytesAgain() throws Exception {
    byte[] first = build();
    try (Stream<Path> files = Files.walk(work.resolve("cache"))) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    }
    assertThat(build()).isEqualTo(first);
  }

  @Test
  void refusesAKernelThatCannotReadTheImage() {
    SystemTree full = Systems.full();
    SystemTree system =
        new SystemTree(
            full.files(),
            full.kernel(),
            full.microcode(),
            "",
            Optional.empty(),
            0,
            Optional.of(
                KernelConfig.parse(
                    "CONFIG_BLK_DEV_INITRD=y\nCONFIG_RD_ZSTD=y\nCONFIG_EROFS_FS=m")));
    assertThatThrownBy(() -> builder().check(system))
        .isInstanceOf(InitrdFailure.class)
        .hasMessageContaining("without CONFIG_EROFS_FS_ZIP_ZSTD");
  }
}
