package linuxkit.boot.initrd;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.system.assembly.SystemTree;
import linuxkit.system.kernel.KernelConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks before an initrd is made whether the kernel can unpack it. */
class InitrdCheckTest {
  private static final Metadata METADATA = Metadata.of(0755, 0, 0, 0);

  @TempDir Path directory;

  private void check(InitrdCompression compression, Optional<KernelConfig> config) {
    Content kernel = Content.of(new byte[1]);
    FileTree files = new FileTree(METADATA);
    files.put("boot", new Node.Directory(METADATA), Origin.NONE);
    Origin origin = new Origin("kernel", "docker.io/lk/kernel:1", "sha256:12");
    files.put("boot/kernel", new Node.RegularFile(METADATA, kernel), origin);
    SystemTree system =
        new SystemTree(
            files, Optional.of(kernel), Optional.empty(), "", Optional.empty(), 0, config);
    new InitrdBuilder(new WorkCache(directory), compression, Progress.silent()).check(system);
  }

  private static Optional<KernelConfig> builtIn(String options) {
    String lines = options.replace(" ", "=y\nCONFIG_");
    return Optional.of(KernelConfig.parse("CONFIG_" + lines + "=y\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "zstd, RD_ZSTD, BLK_DEV_INITRD, use another kernel",
    "gzip, RD_GZIP, BLK_DEV_INITRD, use another kernel",
    "zstd, BLK_DEV_INITRD RD_GZIP, RD_ZSTD, try --initrd-compression gzip",
    "gzip, BLK_DEV_INITRD RD_ZSTD, RD_GZIP, use another kernel"
  })
  void reportsMissingKernelOptionsWithImageAndLayer(
      String name, String has, String lacks, String hint) {
    InitrdCompression compression = InitrdCompression.parse(name).orElseThrow();
    assertThatThrownBy(() -> check(compression, builtIn(has)))
        .isInstanceOf(InitrdFailure.class)
        .hasMessage(
            "docker.io/lk/kernel:1 (layer sha256:12): the kernel cannot unpack the initrd: it was built without CONFIG_"
                + lacks)
        .extracting(failure -> ((InitrdFailure) failure).hint())
        .isEqualTo(hint);
  }

  @Test
  void refusesDecompressorsBuiltAsModules() {
    Optional<KernelConfig> module =
        Optional.of(KernelConfig.parse("CONFIG_BLK_DEV_INITRD=y\nCONFIG_RD_ZSTD=m\n"));
    assertThatThrownBy(() -> check(InitrdCompression.ZSTD, module))
        .hasMessageContaining("CONFIG_RD_ZSTD");
  }

  @Test
  void acceptsCapableAndUnknownKernels() {
    assertThatCode(
            () -> {
              check(InitrdCompression.ZSTD, builtIn("BLK_DEV_INITRD RD_ZSTD"));
              check(InitrdCompression.GZIP, builtIn("BLK_DEV_INITRD RD_GZIP"));
              check(InitrdCompression.ZSTD, Optional.empty());
            })
        .doesNotThrowAnyException();
  }
}
