package linuxkit.boot.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.Formats;
import linuxkit.boot.Outputs;
import linuxkit.boot.Systems;
import linuxkit.boot.initrd.InitrdCompression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NeededMemoryTest {
  static List<InitrdCompression> compressions() {
    return List.of(InitrdCompression.ZSTD, InitrdCompression.GZIP, InitrdCompression.NONE);
  }

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("compressions")
  void readsWhatTheBuildHasComputed(InitrdCompression compression) throws IOException {
    Outputs outputs =
        new Outputs(
            new WorkCache(folder.resolve("cache")), compression, Systems.AMD64, Progress.silent());
    var system = Systems.full();
    outputs.write(system, List.of(Formats.KERNEL_INITRD), folder, "it");
    Path initrd = folder.resolve("it-initrd.img");
    int needed = compression.equals(InitrdCompression.NONE) ? 90 : 89;
    assertThat(outputs.memory(system, List.of(Formats.KERNEL_INITRD))).hasValue(needed);
    assertThat(outputs.memory(system, List.of(Formats.TAR))).isEmpty();
    // The microcode of the test is not an archive.
    assertThat(NeededMemory.of(initrd)).isEmpty();
    int microcode = (int) system.microcode().orElseThrow().size();
    byte[] bytes = Files.readAllBytes(initrd);
    Files.write(initrd, Arrays.copyOfRange(bytes, (microcode + 3) / 4 * 4, bytes.length));
    assertThat(NeededMemory.of(initrd)).hasValue(needed);
  }

  @Test
  void doesNotKnowTheInitrdsOfOthers() throws IOException {
    assertThat(NeededMemory.of(Files.writeString(folder.resolve("other"), "an initrd"))).isEmpty();
    assertThat(NeededMemory.of(folder.resolve("missing"))).isEmpty();
  }
}
