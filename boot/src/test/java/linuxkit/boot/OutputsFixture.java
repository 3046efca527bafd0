package linuxkit.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.initrd.InitrdCompression;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Writes outputs to a folder, with a work cache next to it. */
abstract class OutputsFixture {
  static final List<Format> WITHOUT_LOADERS =
      List.of(
          Formats.KERNEL_INITRD,
          Formats.TAR,
          Formats.named("docker"),
          Formats.named("tar-kernel-initrd"));

  @TempDir Path directory;
  Path out;
  Outputs outputs;

  @BeforeEach
  void setUp() throws IOException {
    out = Files.createDirectory(directory.resolve("out"));
    outputs =
        new Outputs(
            new WorkCache(directory.resolve("cache")),
            InitrdCompression.ZSTD,
            Systems.AMD64,
            Progress.silent());
  }

  Set<String> names() throws IOException {
    try (var files = Files.list(out)) {
      Set<String> names = new HashSet<>();
      files.forEach(file -> names.add(file.getFileName().toString()));
      return names;
    }
  }
}
