package linuxkit.base;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameBytesTest {
  private static byte[] bytes(String latin) {
    return latin.getBytes(ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource({
    "file-\u00e4, file-\\xe4",
    "\u00ff, \\xff",
    // A half of a surrogate pair, an overlong slash, and a code point beyond the last one.
    "a\u00ed\u00b2\u0080b, a\\xed\\xb2\\x80b",
    "\u00c0\u00af, \\xc0\\xaf",
    "\u00f5\u0080\u0080\u0080, \\xf5\\x80\\x80\\x80",
    // Cut-off characters, at the end and before others.
    "\u00e2\u0082, \\xe2\\x82",
    "\u00e2\u0082\u00e2\u0082\u00ac, \\xe2\\x82€",
    "\u00f0\u009f\u0098\u0080\u0080, 😀\\x80",
  })
  void showsInvalidBytesAndKeepsThem(String latin, String shown) {
    String name = NameBytes.decode(bytes(latin));
    assertThat(NameBytes.shown(name)).isEqualTo(shown);
    assertThat(Printable.line(name)).isEqualTo(shown);
    assertThat(NameBytes.isText(name)).isFalse();
    assertThat(NameBytes.encode(name)).isEqualTo(bytes(latin));
  }

  @ParameterizedTest
  @CsvSource({"plain", "größe", "文件 😀", "\ufffd", "?"})
  void leavesValidNamesUnchanged(String name) {
    assertThat(NameBytes.decode(name.getBytes(UTF_8))).isEqualTo(name);
    assertThat(NameBytes.encode(name)).isEqualTo(name.getBytes(UTF_8));
    assertThat(NameBytes.isText(name)).isTrue();
    assertThat(NameBytes.shown(name)).isSameAs(name);
  }

  @Test
  void keepsAnyBytes() {
    Random random = new Random(16);
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      for (int j = 0; j < bytes.length; j++) {
        // Mostly beginnings and continuations of long characters.
        bytes[j] |= random.nextInt(4) == 0 ? 0 : random.nextBoolean() ? (byte) 0xe0 : (byte) 0x80;
      }
      assertThat(NameBytes.encode(NameBytes.decode(bytes))).isEqualTo(bytes);
    }
  }
}
