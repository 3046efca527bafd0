package linuxkit.json;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

class JsonTest {
  private static Json parse(String text) {
    return Json.parse(text.getBytes(UTF_8), "test");
  }

  @Test
  void readsEveryKindOfValueInOrder() {
    assertThat(parse("{\"z\": [1, -2.5e3, true, false, null], \"a\": {\"ü\": \"\\u00fc\"}}"))
        .isEqualTo(
            JsonObject.builder()
                .put(
                    "z",
                    new JsonArray(
                        List.of(
                            JsonNumber.of(1),
                            new JsonNumber("-2.5e3"),
                            JsonBoolean.TRUE,
                            JsonBoolean.FALSE,
                            JsonNull.NULL)))
                .put("a", JsonObject.builder().put("ü", "ü").build())
                .build());
  }

  @Test
  void keepsTheTextOfNumbers() {
    assertThat(parse("9223372036854775808")).isEqualTo(new JsonNumber("9223372036854775808"));
    assertThat(new JsonNumber("9223372036854775808").asLong()).isEmpty();
    assertThat(new JsonNumber("1.0").asLong()).isEmpty();
    assertThat(new JsonNumber("-7").asLong()).hasValue(-7);
    assertThatThrownBy(() -> new JsonNumber("0644")).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
        "01",
        "NaN",
        "+1",
        "// comment\n1",
        "1 2",
        "{} x",
        "\"\t\"",
        "\"\\x\"",
        "\"\\u12",
        "\"\\u12g4\"",
        "\"\\u\u0661\u0661\u0661\u0661\"",
        "\"\\",
        "\"",
        "[",
        "[1",
        "[1 2]",
        "{\"a\"",
        "{\"a\" 1}",
        "{\"a\":}",
        "{,}",
        "-",
        "1.",
        ".5",
        "1e",
        "-01",
        "truefalse",
        "\u00a01",
        "nul"
      })
  void refusesInvalidJson(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(JsonFailure.class);
  }

  @Test
  void refusesDuplicateKeysWithTheirPosition() {
    assertThatThrownBy(() -> parse("{\"a\": 1,\n \"a\": 2}"))
        .isInstanceOf(JsonFailure.class)
        .hasMessageContaining("\"a\" occurs twice (line 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": 1;}|';' found where ',' or '}' is expected (line 1, column 8)",
        "[1, yes]|'yes' found where a value is expected (line 1, column 5)",
        "{\"a\"|the text ends where ':' is expected (line 1, column 5)",
        "{a: 1}|'a' found where '\"' is expected (line 1, column 2)",
        "[0644]|'0644' found where a value is expected (line 1, column 2)",
      })
  void reportsErrorsWithTheirPosition(String text, String message) {
    assertThatThrownBy(() -> parse(text)).hasMessageContaining(message);
  }

  @Test
  void refusesDeepNesting() {
    assertThatThrownBy(() -> parse("[".repeat(100_000))).isInstanceOf(JsonFailure.class);
    assertThatThrownBy(() -> parse("{\"a\":".repeat(100_000))).isInstanceOf(JsonFailure.class);
    String deepest = "[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH);
    assertThat(JsonFormat.COMPACT.write(parse(deepest))).isEqualTo(deepest);
  }

  @Test
  void refusesOtherEncodings() {
    assertThatThrownBy(() -> Json.parse("{}".getBytes(UTF_16), "test"))
        .isInstanceOf(JsonFailure.class);
    assertThatThrownBy(() -> Json.parse(new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'}, "test"))
        .isInstanceOf(JsonFailure.class);
    assertThatThrownBy(() -> Json.parse("\ufeff{}".getBytes(UTF_8), "test"))
        .isInstanceOf(JsonFailure.class);
  }

  @Test
  void writesLikeGo() {
    Json value =
        JsonObject.builder()
            .put("b", "<a&b>\u2028\"\\\n\u0001é\ud83d\ude00")
            .put("a", List.of("x", "y"))
            .put("n", JsonArray.of(List.of()))
            .put("o", JsonObject.EMPTY)
            .put("i", 3)
            .put("t", true)
            .build();
    assertThat(JsonFormat.COMPACT.write(value))
        .isEqualTo(
            "{\"b\":\"<a&b>\\u2028\\\"\\\\\\n\\u0001é\ud83d\ude00\",\"a\":[\"x\",\"y\"],"
                + "\"n\":[],\"o\":{},\"i\":3,\"t\":true}");
    assertThat(JsonFormat.indented(4).withHtmlSafe().write(value))
        .isEqualTo(
            """
            {
                "b": "\\u003ca\\u0026b\\u003e\\u2028\\"\\\\\\n\\u0001é\ud83d\ude00",
                "a": [
                    "x",
                    "y"
                ],
                "n": [],
                "o": {},
                "i": 3,
                "t": true
            }""");
  }

  @Test
  void replacesUnpairedSurrogates() {
    assertThat(JsonFormat.COMPACT.write(parse("\"\\ud800x\""))).isEqualTo("\"\ufffdx\"");
    assertThat(parse("\"\\udce4\\ud83d\\ude00\\ude00\""))
        .isEqualTo(new JsonString("\ufffd\ud83d\ude00\ufffd"));
  }

  @Test
  void f11ShowsBytesOfNamesThatAreNotUtf8() {
    assertThat(JsonFormat.COMPACT.write(new JsonString("a\udce4\ud83d\udce4")))
        .isEqualTo("\"a\\\\xe4\ud83d\udce4\"");
  }

  @FuzzTest
  void roundTripsAnyValue(byte[] bytes) {
    Optional<Json> first = tryParse(bytes);
    first.ifPresent(
        value -> {
          // Parsed once before, because unpaired surrogates are replaced.
          Json read = parse(JsonFormat.indented(3).withHtmlSafe().write(value));
          assertThat(parse(JsonFormat.COMPACT.write(read))).isEqualTo(read);
        });
  }

  /** Checks that exactly the texts are accepted that Jackson accepts. */
  @FuzzTest
  void acceptsWhatJacksonAccepts(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    assertThat(tryParse(text.getBytes(UTF_8)).isPresent()).isEqualTo(isJson(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"z\": [1, -2.5e3, true, false, null, 0.10E+2, -0], \"a\": {\"ü\": \"\\u00fc\\/\\b\\ud83d\"}}",
        "\t\r\n \"x\" ",
        "\"\u007f\u2028\"",
        "[1] ]",
        "[\"a\" \"b\"]",
        "\f1",
        "\u00001",
        "1\u0000",
      })
  void acceptsTheExamplesThatJacksonAccepts(String text) {
    acceptsWhatJacksonAccepts(text.getBytes(UTF_8));
  }

  private static boolean isJson(String text) {
    JsonFactory strict =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(Json.MAX_DEPTH).build())
            .build();
    int depth = 0;
    int values = 0;
    try (JsonParser parser = strict.createParser(ObjectReadContext.empty(), text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isNumeric() || token == JsonToken.VALUE_STRING) {
          assertThat(parser.getString()).isNotNull();
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        values += depth == 0 ? 1 : 0;
      }
      return values == 1;
    } catch (JacksonException _) {
      return false;
    }
  }

  private static Optional<Json> tryParse(byte[] bytes) {
    try {
      return Optional.of(Json.parse(bytes, "fuzz"));
    } catch (JsonFailure _) {
      return Optional.empty();
    }
  }
}
