package linuxkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.v3.lz4.Lz4JavaCompressor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import linuxkit.base.FileFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {
  private static final ClassLoader JDK_ALONE = ClassLoader.getPlatformClassLoader();

  private static Path jarOf(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  @Test
  void loadsALibraryWithoutAModuleDescriptor(@TempDir Path directory) throws Exception {
    Path jar = Files.copy(jarOf(Lz4JavaCompressor.class), directory.resolve("library.jar"));
    try (JarFile file = new JarFile(jar.toFile())) {
      assertThat(file.getEntry("module-info.class")).isNull();
    }
    Files.writeString(directory.resolve("LICENCE"), "not a jar");
    ClassLoader loader = Distribution.library(directory, JDK_ALONE);
    Class<?> type = loader.loadClass(Lz4JavaCompressor.class.getName());
    assertThat(type).isNotSameAs(Lz4JavaCompressor.class);
    Object compressor = type.getConstructor().newInstance();
    assertThat(type.getMethod("maxCompressedLength", int.class).invoke(compressor, 1000))
        .isEqualTo(new Lz4JavaCompressor().maxCompressedLength(1000));
  }

  @Test
  void reportsTheExpectedPathOfAMissingLibrary(@TempDir Path directory) {
    assertThatThrownBy(() -> Distribution.library(directory.resolve("aws"), JDK_ALONE))
        .isInstanceOf(FileFailure.class)
        .hasMessage(
            directory.resolve("aws")
                + ": cannot load an optional library: no such file or directory");
  }
}
