package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import linuxkit.packaging.definition.BuildFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuildFileTest {
  @Test
  void readsUnquotedModesAndKeysWithoutAValue() {
    String text =
        """
        image: x
        arches:
        cwd: 5
        config:
          hostname:
          readonly: true
          uid: 7
          devices: [{path: /dev/x, type: c, major: 1, minor: 11, mode: 0666}]
        """;
    BuildFile read = BuildFile.read("build.yml", text.getBytes(StandardCharsets.UTF_8));
    assertThat(read.arches()).containsExactly("amd64", "arm64", "riscv64");
    assertThat(read.defaults().cwd()).isEqualTo("5");
    assertThat(ImageDocuments.label(read.labels().config().orElseThrow()))
        .contains("\"mode\":\"0666\"", "\"readonly\":true", "\"uid\":7")
        .doesNotContain("hostname");
  }

  @ParameterizedTest
  @ValueSource(strings = {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "'yes'"})
  void f1ReadsTheBooleansOfYaml11(String yes) {
    String no = yes.equals("true") ? "false" : yes.startsWith("y") ? "no" : "OFF";
    String text =
        "image: x\nnetwork: %s\ndisable-cache: %s\nconfig: {readonly: %s}\nkernel: %s\n"
            .formatted(yes, no, yes, no);
    BuildFile read = BuildFile.read("build.yml", text.getBytes(StandardCharsets.UTF_8));
    assertThat(ImageDocuments.label(read.labels().config().orElseThrow()))
        .contains("\"readonly\":true");
    assertThat(read.content().kernel()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"yess", "1", "oN", "[]", ""})
  void f1RefusesOtherWordsForBooleans(String word) {
    byte[] text = "image: x\nkernel: %s\n".formatted(word).getBytes(StandardCharsets.UTF_8);
    if (word.isEmpty()) {
      assertThat(BuildFile.read("build.yml", text).content().kernel()).isFalse();
    } else {
      assertThatThrownBy(() -> BuildFile.read("build.yml", text))
          .hasMessageContaining("build.yml:2:9: kernel: expected true or false");
    }
  }

  @Test
  void f12HasTheArchitecturesOfLinuxKit() {
    assertThat(arches("")).containsExactly("amd64", "arm64", "riscv64");
    assertThat(arches("debian: {packages: [a1]}")).containsExactly("amd64", "arm64", "riscv64");
    assertThat(arches("debian: {packages: {amd64: [a1], arm64: [a1]}}"))
        .containsExactly("amd64", "arm64");
    assertThat(arches("arches: [arm64]")).containsExactly("arm64");
  }

  private static List<String> arches(String more) {
    return BuildFile.read("b", ("image: x\n" + more).getBytes(StandardCharsets.UTF_8)).arches();
  }
}
