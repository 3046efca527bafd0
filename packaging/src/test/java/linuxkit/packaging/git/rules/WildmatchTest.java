package linuxkit.packaging.git.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WildmatchTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*.o | x.o | true",
        "*.o | a/x.o | false",
        "a/**/b | a/b | true",
        "a/**/b | a/x/y/b | true",
        "a/**/b | axb | false",
        "**/b | b | true",
        "a/** | a/x/y | true",
        "a** | a/x | false",
        "[]a]b | ]b | true",
        "[^a]b | ab | false",
        "[a | [a | false",
        "\\*x | *x | true",
        "x\\ | x | false",
        "[[:alpha:]-]x | -x | true",
        "[z-a] | m | false",
        "? | / | false",
      })
  void matchesAsGitDoes(String pattern, String text, boolean matches) {
    assertThat(new Wildmatch(pattern, false).matches(text)).isEqualTo(matches);
  }

  @Test
  @Timeout(20)
  void matchesManyStarsInPolynomialTime() {
    Wildmatch stars = new Wildmatch("*a".repeat(200) + "b", false);
    assertThat(stars.matches("a".repeat(4000))).isFalse();
  }

  @Test
  void matchesOrRefusesAnyPattern() {
    Random random = new Random(7);
    String alphabet = "ab*?[]!^-\\/:.";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder pattern = new StringBuilder();
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(10); j >= 0; j--) {
        pattern.append(alphabet.charAt(random.nextInt(alphabet.length())));
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThatCode(() -> new Wildmatch(pattern.toString(), true).matches(text.toString()))
          .as("%s", pattern)
          .doesNotThrowAnyException();
    }
  }
}
