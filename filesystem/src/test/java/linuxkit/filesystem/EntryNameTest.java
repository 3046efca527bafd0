package linuxkit.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryNameTest {
  @ParameterizedTest
  @CsvSource({
    "a, a",
    "./a, a",
    "/a, a",
    "a/, a",
    "a//b, a/b",
    "a/./b/., a/b",
    "'', ''",
    "., ''",
    "/, ''",
    "./, ''",
    ".a/b., .a/b.",
    "..a, ..a",
    "a../b, a../b",
    "..., ...",
    "/./a/.//b/, a/b"
  })
  void namesBecomePaths(String name, String path) {
    assertThat(EntryName.clean(name)).isEqualTo(path);
    assertThat(EntryName.clean(path)).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../a", "a/..", "a/../b", "/..", "a/..//", "a\0b", "./\0", "a/\0"})
  void refusesNamesThatLeadOutOrHide(String name) {
    assertThatThrownBy(() -> EntryName.clean(name)).isInstanceOf(EntryNameFailure.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {84, 85, 86, 254, 255})
  void acceptsNamesOf255Bytes(int length) {
    String name = "n".repeat(length);
    assertThat(EntryName.clean(name + "/" + name)).isEqualTo(name + "/" + name);
    assertThatThrownBy(() -> EntryName.clean("a/" + name + "n".repeat(256 - length)))
        .isInstanceOf(EntryNameFailure.class);
    assertThatThrownBy(() -> EntryName.clean("é".repeat(128))).isInstanceOf(EntryNameFailure.class);
  }
}
