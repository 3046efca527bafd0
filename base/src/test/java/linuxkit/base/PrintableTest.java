package linuxkit.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {
  @ParameterizedTest
  @CsvSource({
    "0x1b, \\u001b",
    "0x9b, \\u009b",
    "0x0a, \\n",
    "0x2028, \\u2028",
    "0x202e, \\u202e",
    "0x200b, \\u200b",
    "0xfeff, \\ufeff",
    "0xe0041, \\u{e0041}"
  })
  void f4EscapesWhatCannotBeSeen(String character, String shown) {
    assertThat(Printable.line("a" + Character.toString(Integer.decode(character)) + "b"))
        .isEqualTo("a" + shown + "b");
  }

  @Test
  void leavesTextsInAllScripts() {
    String text =
        "Grüße, \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645, \ud83d\udc69\u200d\ud83d\udcbb";
    assertThat(Printable.line(text)).isSameAs(text);
  }
}
