package linuxkit.packaging.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fault 11 of the comparison with LinuxKit: tags are templates of Go. */
class TagTemplateTest {
  // The values are what Go 1.24 prints.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "'{{.Hash}}'                            | 0123456789abcdef",
        "'{{ .Hash }}-x'                        | 0123456789abcdef-x",
        "'v1-{{printf \"%.7s\" .Hash}}'         | v1-0123456",
        "'{{ .Hash ! printf \"%.3s\" }}'        | 012",
        "'{{printf \"%s-%v\" \"a\" .Hash}}'     | a-0123456789abcdef",
        "'{{slice .Hash 0 7}}-{{slice .Hash 8}}'| 0123456-89abcdef",
        "'{{print \"a\" (slice .Hash 0 2)}}'    | a01",
        "'{{len .Hash}}'                        | 16",
        "'a {{- \"b\" -}} c'                    | abc",
        "'a{{/* no }} in comments */}}b'        | ab",
        "'{{`raw`}}-{{\"a\\\"}}\"}}'            | raw-a\"}}",
        "'{{printf \"%5d%%\" 42}}'              | '   42%'",
        "'plain'                                | plain",
      })
  void f11ExpandsTheUsualForms(String template, String expected) {
    // The column separator of this table cannot be in it.
    assertThat(TagTemplate.expand(template.replace('!', '|'), "0123456789abcdef"))
        .isEqualTo(expected);
  }

  @Test
  void f11TakesTheHashLiterally() {
    assertThat(TagTemplate.expand("v-{{ .Hash }}", "a$1\\b{{.Hash}}"))
        .isEqualTo("v-a$1\\b{{.Hash}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{.Date}}",
        "{{.Hash",
        "{{}}",
        "{{upper .Hash}}",
        "{{printf \"%q\" .Hash}}",
        "{{printf \"%s\"}}",
        "{{printf \"x\" .Hash}}",
        "{{slice .Hash 0 99}}",
        "{{slice .Hash 7 3}}",
        "{{if .Hash}}x{{end}}",
        "{{(print 1}}",
        "{{\"a}}",
        "{{.Hash .Hash}}",
        "{{.Hash)}}"
      })
  void f11RefusesOtherForms(String template) {
    assertThatThrownBy(() -> TagTemplate.check(template))
        .isInstanceOf(TagTemplateFailure.class)
        .hasMessageContaining(template);
  }

  // The first used up the memory, the second the stack, and the third half a minute.
  @Test
  void refusesTemplatesThatAreMuchLongerThanATag() {
    for (String template :
        List.of(
            "{{printf \"" + "%999s".repeat(50_000) + "\"" + " 1".repeat(50_000) + "}}",
            "{{" + "(".repeat(50_000) + "1" + ")".repeat(50_000) + "}}",
            "{{1}}".repeat(50_000) + "{{/*")) {
      assertThatThrownBy(() -> TagTemplate.expand(template, "0123"))
          .isInstanceOf(TagTemplateFailure.class)
          .hasMessageContaining("it is longer than 1024 characters")
          .hasMessageMatching("(?s).{0,200}");
    }
    assertThat(TagTemplate.expand("{{" + "(".repeat(500) + "1" + ")".repeat(500) + "}}", ""))
        .isEqualTo("1");
  }
}
