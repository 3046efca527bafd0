package linuxkit.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceFuzzTest {
  /** Checks that a reference survives a round trip and cannot leave the path of a URL. */
  @FuzzTest
  void parsesOrRefusesAnyText(byte[] text) {
    check(new String(text, UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis",
        "a/../b",
        "a/b/../../c",
        "o..y/ty/t",
        "host:99999/a",
        "[::1]:5000/a:b@sha256:x",
        "a:b:c",
        "a@sha256:" + "0123456789abcdef" + "0123456789abcdef" + "0123456789abcdef0123456789abcdef",
        "localhost/x",
        "a//b",
        "a/b?c=d",
        "a/b%2e%2e"
      })
  void parsesOrRefusesOddTexts(String text) {
    check(text);
  }

  private static void check(String text) {
    try {
      Reference reference = Reference.parse(text);
      assertThat(Reference.parse(reference.toString())).isEqualTo(reference);
      assertThat(reference.locator()).doesNotContain("..", "//", "?", "#", "%", " ");
    } catch (ReferenceFailure refused) {
      assertThat(refused.hint()).isNotEmpty();
    }
    assertThat(Digest.parse(text).map(Digest::toString).orElse(text)).isEqualTo(text);
  }
}
