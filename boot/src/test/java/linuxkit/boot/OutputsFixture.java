package linuxkit.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import linuxkit.base.Progress;
import linuxkit.base.WorkCache;
import linuxkit.boot.initrd.Compression;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Outputs that are written into a folder, with a work cache beside it. */
abstract class OutputsFixture {
  static final List<Format> WITHOUT_LOADERS =
      List.of(Format.KERNEL_INITRD, Format.TAR, Format.DOCKER, Format.TAR_KERNEL_INITRD);

  @TempDir Path directory;
  Path out;
  Outputs outputs;

  @BeforeEach
  void setUp() throws IOException {
    out = Files.createDirectory(directory.resolve("out"));
    outputs =
        new Outputs(
            new WorkCache(directory.resolve("cache")),
            Compression.ZSTD,
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
