package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

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
    assertThat(read.arches()).containsExactly("amd64", "arm64");
    assertThat(read.defaults().cwd()).isEqualTo("5");
    assertThat(ImageDocuments.label(read.labels().config().orElseThrow()))
        .contains("\"mode\":\"0666\"", "\"readonly\":true", "\"uid\":7")
        .doesNotContain("hostname");
  }

  @Test
  void insertsTheHashLiterallyIntoTheTag() {
    assertThat(BuildFileReader.expand("v-{{ .Hash }}", "a$1\\b")).isEqualTo("v-a$1\\b");
  }
}
