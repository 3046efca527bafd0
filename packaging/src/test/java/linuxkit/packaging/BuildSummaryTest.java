package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.base.cache.WorkCache;
import linuxkit.packaging.definition.BuildFile;
import linuxkit.yaml.Position;
import linuxkit.yaml.YamlFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuildSummaryTest {
  @TempDir Path directory;
  private WorkCache work;

  @BeforeEach
  void openTheCache() {
    work = new WorkCache(directory);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image: x",
        "{image: x, org: o, tag: 'v-{{.Hash}}', arches: [arm64]}",
        "{image: x, extra-sources: ['../\u00fc:b', '../c:d']}",
        "{image: x, files: [{path: /a, contents: b}]}",
        "{image: x, files: [{path: /a, guest: true}]}",
        "{image: x, files: [{path: /a, source: b}, {path: /c, source: d/e}]}",
        "{image: x, debian: {packages: [busybox]}}"
      })
  void isTheSameWithAndWithoutTheCache(String text) throws IOException {
    BuildSummary read = BuildSummary.of(BuildFile.read("b", bytes(text)));
    for (int round = 0; round < 2; round++) {
      assertThat(BuildSummary.of(new Position("b", 1, 1), bytes(text), work)).isEqualTo(read);
    }
  }

  @Test
  void isCachedByContent() throws IOException {
    BuildSummary.of(new Position("b", 1, 1), bytes("image: x"), work);
    BuildSummary.of(new Position("b", 1, 1), bytes("image: x"), work);
    assertThat(files()).hasSize(1);
    assertThat(BuildSummary.of(new Position("b", 1, 1), bytes("image: y"), work).image())
        .isEqualTo("y");
    assertThat(files()).hasSize(2);
  }

  @Test
  void reportsMistakesEachTime() throws IOException {
    for (int round = 0; round < 2; round++) {
      assertThatThrownBy(
              () -> BuildSummary.of(new Position("b", 1, 1), bytes("image: x\nimages: y"), work))
          .isInstanceOf(YamlFailure.class)
          .hasMessageContaining("b:2:1");
    }
    assertThat(files()).isEmpty();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
