package linuxkit.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class NodeReaderTest {
  private static <T> T read(String text, Function<MappingReader, T> body) {
    Diagnostics diagnostics = new Diagnostics();
    Optional<T> value =
        YamlDocument.parse("a.yml", text.getBytes(StandardCharsets.UTF_8), diagnostics)
            .flatMap(node -> NodeReader.root(node, diagnostics).mapping(body));
    diagnostics.throwErrors();
    return value.orElseThrow();
  }

  private static void refused(
      String text, Function<MappingReader, ?> body, String... expectedLines) {
    assertThatThrownBy(() -> read(text, body))
        .isInstanceOf(YamlFailure.class)
        .hasMessage(String.join("\n", expectedLines));
  }

  private static void is(String text, Function<MappingReader, Optional<?>> body, Object expected) {
    assertThat((Object) read(text, body).orElseThrow()).isEqualTo(expected);
  }

  @Test
  void readsEachType() {
    is("a: x", m -> m.string("a"), "x");
    is("a: yes", m -> m.string("a"), "yes");
    is("a: '5'", m -> m.string("a"), "5");
    is("a: !!str 5", m -> m.string("a"), "5");
    is("a: True", m -> m.bool("a"), true);
    is("a: [x, y]", m -> m.strings("a"), List.of("x", "y"));
    is("a: {z: '1', b: ''}", m -> m.stringMap("a"), Map.of("b", "", "z", "1"));
  }

  @Test
  void keepsSpacesAndEmptyLinesOfBlocks() {
    is("a: |2\n    x\n", m -> m.string("a"), "  x\n");
    is("a:\n- >+\n  x\n\n- y\n", m -> m.strings("a"), List.of("x\n\n", "y"));
  }

  @Test
  void readsIntegersOfEveryNotation() {
    is(
        "a: [0, -12, +7, 0666, 0o17, 0x1F, 0b101, 1_000, 08]",
        m -> m.list("a", NodeReader::integer),
        List.of(0L, -12L, 7L, 0666L, 15L, 31L, 5L, 1000L, 8L));
    is(
        "a: [1.0, -2., 1e6, .5e1]",
        m -> m.list("a", NodeReader::integer),
        List.of(1L, -2L, 1_000_000L, 5L));
  }

  @Test
  void suggestsQuotesForStrings() {
    refused(
        "mode: 0666\nb: true",
        m -> List.of(m.string("mode"), m.string("b")),
        "a.yml:1:7: mode: expected a string, but found the number 0666: quote it, as \"0666\"",
        "a.yml:2:4: b: expected a string, but found the boolean true: quote it, as \"true\"");
    refused(
        "a: [x, 1.5]",
        m -> m.strings("a"),
        "a.yml:1:8: a.1: expected a string, but found the number 1.5: quote it, as \"1.5\"");
  }

  @Test
  void refusesEveryOtherType() {
    refused("a:", m -> m.string("a"), "a.yml:1:3: a: expected a string, but found an empty value");
    refused("a: []", m -> m.string("a"), "a.yml:1:4: a: expected a string, but found a list");
    refused(
        "a: yes",
        m -> m.bool("a"),
        "a.yml:1:4: a: expected true or false, but found the string \"yes\"");
    refused("a: ~", m -> m.strings("a"), "a.yml:1:4: a: expected a list, but found an empty value");
    refused(
        "a: x", m -> m.strings("a"), "a.yml:1:4: a: expected a list, but found the string \"x\"");
    refused(
        "a: 1.5",
        m -> m.integer("a"),
        "a.yml:1:4: a: expected an integer, but found the number 1.5");
    refused(
        "a: .inf",
        m -> m.integer("a"),
        "a.yml:1:4: a: expected an integer, but found the number .inf");
    refused(
        "a: 1e19",
        m -> m.integer("a"),
        "a.yml:1:4: a: expected an integer, but found the number 1e19");
    refused(
        "a: 99999999999999999999",
        m -> m.integer("a"),
        "a.yml:1:4: a: the number 99999999999999999999 is out of range: it must be from"
            + " -9223372036854775808 to 9223372036854775807");
    refused(
        "a: 8",
        m -> m.integer("a", 0, 7),
        "a.yml:1:4: a: the number 8 is out of range: it must be from 0 to 7");
    refused("a: {b: c}", m -> m.strings("a"), "a.yml:1:4: a: expected a list, but found a mapping");
    refused("- a", m -> m.strings("a"), "a.yml:1:1: (root): expected a mapping, but found a list");
  }

  @Test
  void suggestsTheNearestKnownKey() {
    Function<MappingReader, Object> body =
        m -> {
          m.strings("onboot");
          m.strings("maskedPaths");
          return m.string("binds.add");
        };
    refused("onbot: []", body, "a.yml:1:1: onbot: unknown key 'onbot' — did you mean 'onboot'?");
    refused(
        "a: &a\n  b: c\nmaskedpaths: []\nbind.sadd: x",
        body,
        "a.yml:1:1: a: unknown key 'a'",
        "a.yml:3:1: maskedpaths: unknown key 'maskedpaths' — did you mean 'maskedPaths'?",
        "a.yml:4:1: bind.sadd: unknown key 'bind.sadd' — did you mean 'binds.add'?");
  }

  @Test
  void reportsAllMistakesInListsAtOnce() {
    refused(
        "l:\n- name: 1\n- nam: x\n- x",
        m -> m.mappings("l", e -> e.required("name").orElse("")),
        "a.yml:2:9: l.0.name: expected a string, but found the number 1: quote it, as \"1\"",
        "a.yml:3:3: l.1: the key \"name\" is missing",
        "a.yml:3:3: l.1.nam: unknown key 'nam' — did you mean 'name'?",
        "a.yml:4:3: l.2: expected a mapping, but found the string \"x\"");
  }

  @Test
  void readsAnchorsAliasesAndMergeKeys() {
    String text =
        """
        base: &base {name: a, mode: b}
        other: &other {mode: c, size: d}
        one: {<<: *base, mode: own}
        two: {<<: [*other, *base]}
        """;
    Function<String, List<String>> of =
        key ->
            read(
                text,
                m -> {
                  m.keys().forEach(m::has);
                  return m.mapping(
                          key,
                          e ->
                              List.of(
                                  e.string("name").orElse("-"),
                                  e.string("mode").orElse("-"),
                                  e.string("size").orElse("-")))
                      .orElseThrow();
                });
    assertThat(of.apply("one")).containsExactly("a", "own", "-");
    assertThat(of.apply("two")).containsExactly("a", "c", "d");
  }

  @Test
  void listsAtMostFiftyMistakes() {
    assertThatThrownBy(() -> read("a: [" + "1,".repeat(60) + "]", m -> m.strings("a")))
        .isInstanceOf(YamlFailure.class)
        .message()
        .hasLineCount(51)
        .endsWith("\n… and 10 more");
  }
}
