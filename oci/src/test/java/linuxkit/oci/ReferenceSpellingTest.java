package linuxkit.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry has few spellings, so that a rule for it is found under each. */
class ReferenceSpellingTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "r.example:0443/app",
        "r.example:05000/app",
        "r.example:0/app",
        "r.example:65536/app",
        "r.example./app",
        "r.example.:5000/app",
        "127.1:5000/app",
        "2130706433:5000/app",
        "0x7f.1:5000/app",
        "127.0.0.01/app",
        "127.0.0.0x1/app",
        "[::1]:05000/app"
      })
  void refusesUnusualSpellings(String name) {
    assertThatThrownBy(() -> Reference.parse(name)).isInstanceOf(ReferenceFailure.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "r.example:443/app",
        "R.Example:65535/app",
        "127.0.0.1:5000/app",
        "192.0.2.255/team/app",
        "[::1]:5000/app",
        "registry0:5000/app",
        "r1.example2/app",
        "cafe.example/app"
      })
  void readsUsualSpellings(String name) {
    assertThat(Reference.parse(name)).hasToString(name);
  }
}
