package linuxkit.run.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataIsoTest {
  @TempDir Path folder;

  private Path image(int length) throws IOException {
    byte[] content = "m".repeat(length).getBytes(StandardCharsets.US_ASCII);
    return Files.write(folder.resolve("data.iso"), MetadataIso.of(content));
  }

  private static String run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 11, 2047, 2048, 2049, 100_000})
  void xorrisoReadsTheImage(int length) throws Exception {
    Path image = image(length);
    assertThat(image).hasSize((21 + Math.ceilDiv(length, 2048)) * 2048L);
    String output =
        run(
            List.of(
                "xorriso",
                "-abort_on",
                "WARNING",
                "-osirrox",
                "on",
                "-indev",
                image.toString(),
                "-extract",
                "/",
                folder.resolve("out").toString()));
    assertThat(output).contains("Volume id    : 'config'");
    assertThat(folder.resolve("out")).isDirectoryContaining("glob:**/config");
    assertThat(folder.resolve("out/config")).hasContent("m".repeat(length));
  }
}
