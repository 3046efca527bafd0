package linuxkit.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import linuxkit.json.JsonObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlWriterTest {
  /** Long text is, for example, a bundle of certificates or a script in one line. */
  @ParameterizedTest
  @ValueSource(strings = {"line of text\n", "word ", "key:", "a\n b\n"})
  void readsBackLongText(String part) {
    String text = part.repeat(50_000) + "end";
    assertReadBack(text);
    assertReadBack(text + "\n");
  }

  private static void assertReadBack(String text) {
    String yaml = YamlWriter.write(JsonObject.builder().put("contents", text).build());
    Diagnostics diagnostics = new Diagnostics();
    YamlNode read =
        YamlDocument.parse("test.yml", yaml.getBytes(StandardCharsets.UTF_8), diagnostics)
            .orElseThrow();
    assertThat(((YamlNode.Mapping) read).get("contents"))
        .get()
        .isInstanceOfSatisfying(
            YamlNode.Scalar.class, scalar -> assertThat(scalar.text()).isEqualTo(text));
  }
}
