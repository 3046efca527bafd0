package linuxkit.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class YamlDocumentTest {
  private static Diagnostics parse(byte[] bytes) {
    Diagnostics diagnostics = new Diagnostics();
    Optional<YamlNode> node = YamlDocument.parse("a.yml", bytes, diagnostics);
    assertThat(node.isPresent()).isEqualTo(!diagnostics.hasErrors());
    return diagnostics;
  }

  private static void refused(String text, String... errors) {
    assertThat(parse(text.getBytes(StandardCharsets.UTF_8)).errors())
        .map(Diagnostic::toString)
        .containsExactly(errors);
  }

  @Test
  void skipsByteOrderMark() {
    assertThat(parse("\uFEFFa: b".getBytes(StandardCharsets.UTF_8)).hasErrors()).isFalse();
  }

  @Test
  void readsOnlyTheFirstDocument() {
    Diagnostics diagnostics = parse("---\na: b\n---\nc: d\n".getBytes(StandardCharsets.UTF_8));
    assertThat(diagnostics.errors()).isEmpty();
    assertThat(diagnostics.warnings())
        .map(Diagnostic::toString)
        .containsExactly("a.yml:3:1: (root): only the first document is read: this one is ignored");
  }

  @Test
  void refusesOtherThanDocuments() {
    refused("", "a.yml:1:1: (root): the document is empty");
    refused("# nothing\n", "a.yml:1:1: (root): the document is empty");
    assertThat(parse(new byte[] {'a', (byte) 0xff}).errors())
        .map(Diagnostic::toString)
        .containsExactly("a.yml:1:1: (root): not UTF-8 text");
    assertThat(parse(new byte[YamlDocument.LARGEST + 1]).errors())
        .map(Diagnostic::toString)
        .containsExactly("a.yml:1:1: (root): larger than 16 MiB");
    refused("a: b\nc: \u0001", "a.yml:2:4: (root): the character U+0001 is not allowed in YAML");
    refused("a: \uFEFF", "a.yml:1:4: (root): the character U+FEFF is not allowed in YAML");
  }

  @Test
  void f11RefusesHalvesOfSurrogatePairs() {
    refused("a: \"\\udce4\"", "a.yml:1:4: a: half of a surrogate pair is not a character");
    assertThat(parse("a: \"\\ud83d\\ude00\"".getBytes(StandardCharsets.UTF_8)).errors()).isEmpty();
  }

  @Test
  void reportsSyntaxErrorsWithPositions() {
    refused(
        "a:\n\tb: c",
        "a.yml:2:1: (root): not valid YAML: found character '\\t(TAB)' that cannot start any"
            + " token. (Do not use \\t(TAB) for indentation)");
    refused(
        "a: [b", "a.yml:1:6: (root): not valid YAML: expected ',' or ']', but got <stream end>");
    refused("%YAML 3.0\n---\na: b", "a.yml:1:1: (root): YAML version 3.0 is not supported");
    refused("a: *b", "a.yml:1:4: a: the alias *b has no anchor &b");
  }

  @Test
  void refusesDuplicateKeys() {
    refused(
        "a:\n  x: 1\n  y: 2\n  x: 3",
        "a.yml:4:3: a.x: the key \"x\" is given twice, first on line 2");
  }

  @Test
  void refusesKeysThatAreNotStrings() {
    refused("5: a", "a.yml:1:1: (root): a key must be a string, not the number 5: quote it");
    refused("a: {~: b}", "a.yml:1:5: a: a key must be a string, not an empty value: quote it");
    refused("[a]: b", "a.yml:1:1: (root): a key must be a string, not a list");
  }

  @Test
  void refusesKeysThatAreTooLong() {
    refused(
        "a: {\n  ? " + "k".repeat(1025) + "\n  : b}",
        "a.yml:2:5: a: a key is longer than 1024 characters");
    assertThat(
            parse(("? " + "k".repeat(1024) + "\n: b").getBytes(StandardCharsets.UTF_8)).hasErrors())
        .isFalse();
  }

  @Test
  void readsLongPathsToManyValues() {
    String text =
        ("{? " + "k".repeat(1024) + "\n: ").repeat(60)
            + "["
            + "x,".repeat(400_000)
            + "]"
            + "}".repeat(60);
    assertThat(parse(text.getBytes(StandardCharsets.UTF_8)).errors()).isEmpty();
  }

  @Test
  void showsKeysPrintableOnOneLine() {
    refused(
        "\"\\e[31mred\\na.yml: \\\"forged\": [*b]",
        "a.yml:1:32: \\u001b[31mred\\na.yml: \\\"forged.0: the alias *b has no anchor &b");
    refused(
        "\"" + "k".repeat(100) + "\": *b",
        "a.yml:1:105: " + "k".repeat(80) + "…: the alias *b has no anchor &b");
  }

  @Test
  void refusesTags() {
    refused(
        "a: !!javax.script.ScriptEngineManager [x]",
        "a.yml:1:4: a: the tag \"tag:yaml.org,2002:javax.script.ScriptEngineManager\" is not"
            + " accepted");
    refused("a: !x b", "a.yml:1:4: a: the tag \"!x\" is not accepted");
  }

  @Test
  void refusesCycles() {
    refused("a: &a [*a]", "a.yml:1:8: a.0: the alias *a refers to a value that contains it");
  }

  @Test
  void refusesInvalidMerges() {
    refused("a: {<<: b}", "a.yml:1:9: a.<<: only a mapping or a list of mappings can be merged");
  }

  @Test
  void boundsDepth() {
    refused(
        "a: " + "[".repeat(100_000),
        "a.yml:1:68: a" + ".0".repeat(64) + ": nested more than 64 levels deep");
  }

  @Test
  void refusesBillionLaughs() {
    StringBuilder text = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 10; i++) {
      text.append("a%d: &a%d [%s]\n".formatted(i, i, "*a%d,".formatted(i - 1).repeat(10)));
    }
    assertThat(parse(text.toString().getBytes(StandardCharsets.UTF_8)).errors())
        .singleElement()
        .asString()
        .endsWith("more than 1000000 values, with every alias counted in full");
  }

  @Test
  void refusesMergeBomb() {
    StringBuilder text = new StringBuilder("a: &a {");
    for (int i = 0; i < 2000; i++) {
      text.append("k").append(i).append(": x,");
    }
    text.append("}\nb:\n").repeat("- <<: *a\n", 2000);
    assertThat(parse(text.toString().getBytes(StandardCharsets.UTF_8)).errors())
        .singleElement()
        .asString()
        .endsWith("more than 1000000 values, with every alias counted in full");
  }

  @Test
  void refusesLongStringAliasedOften() {
    String text = "a: &a '" + "x".repeat(1 << 20) + "'\nb: [" + "*a,".repeat(1000) + "]";
    assertThat(parse(text.getBytes(StandardCharsets.UTF_8)).errors())
        .singleElement()
        .asString()
        .endsWith("more than 1000000 values, with every alias counted in full");
  }

  @FuzzTest(maxDuration = "10s")
  void readsOrRefusesAnyBytes(byte[] bytes) {
    parse(bytes);
  }
}
