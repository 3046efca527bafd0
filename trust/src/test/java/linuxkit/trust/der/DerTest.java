package linuxkit.trust.der;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import linuxkit.trust.TrustFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DerTest {
  private static Der der(String hex) {
    return Der.parse(HexFormat.of().parseHex(hex));
  }

  @ParameterizedTest
  @CsvSource({
    "'', a value is cut off",
    "30, a value is cut off",
    "0402ff, a value is cut off",
    "0500ff, there are more bytes after the value",
    "3080, a length is indefinite",
    "048101ff, a length is not written in its shortest form",
    "04820001ff, a length is not written in its shortest form",
    "0485000000000a, a length is too large",
    "04847fffffff, a value is cut off",
    "1f8101, a tag has more than one octet",
  })
  void refusesMalformedHeader(String hex, String reason) {
    assertThatThrownBy(() -> der(hex))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0200", "02020001", "0202ff80"})
  void refusesLongIntegers(String hex) {
    assertThatThrownBy(() -> der(hex).integer()).hasMessageContaining("shortest form");
  }

  @ParameterizedTest
  @ValueSource(strings = {"010101", "0100", "01020000"})
  void refusesOtherBooleans(String hex) {
    assertThatThrownBy(() -> der(hex).bool()).hasMessageContaining("neither 00 nor ff");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0600", "06022a80", "0603802a03", "060b2affffffffffffffffff7f"})
  void refusesMalformedIdentifiers(String hex) {
    assertThatThrownBy(() -> der(hex).oid()).hasMessageContaining("object identifier");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "170b323630363031313230305a", // without seconds
        "17113236303630313132303030302b30303030", // not Z
        "180d3236303630313132303030305a", // two digits of a year
        "181132303236303630313132303030302e305a", // a fraction that ends with zero
        "170d3236313330313132303030305a", // the thirteenth month
      })
  void refusesOtherTimes(String hex) {
    assertThatThrownBy(() -> der(hex).time())
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining("a time");
  }

  @Test
  void limitsNesting() {
    byte[] nested = DerWriter.nul();
    for (int i = 0; i < Der.MAX_DEPTH; i++) {
      nested = DerWriter.sequence(nested);
    }
    Der value = Der.parse(nested);
    for (int i = 1; i < Der.MAX_DEPTH; i++) {
      value = value.only();
    }
    assertThatThrownBy(value::only).hasMessageContaining("nested more than 32 levels deep");
  }

  @Test
  void limitsChildren() {
    byte[] many = DerWriter.value(Tag.SEQUENCE, new byte[2 * (Der.MAX_CHILDREN + 1)]);
    assertThatThrownBy(() -> Der.parse(many).children()).hasMessageContaining("holds more than");
  }

  @Test
  void readsWhatItWrites() {
    byte[] big = new byte[70_000];
    assertThat(Der.parse(DerWriter.octets(big)).octets()).isEqualTo(big);
    assertThat(Der.parse(DerWriter.octets(new byte[200])).octets()).hasSize(200);
    BigInteger number = new BigInteger("-129");
    assertThat(Der.parse(DerWriter.integer(number)).integer()).isEqualTo(number);
    assertThat(Der.parse(DerWriter.oid("1.3.6.1.4.1.57264.1.8")).oid())
        .isEqualTo("1.3.6.1.4.1.57264.1.8");
    assertThat(Der.parse(DerWriter.oid("2.999.3")).oid()).isEqualTo("2.999.3");
    Instant time = Instant.parse("2026-06-01T12:00:00Z");
    assertThat(Der.parse(DerWriter.time(time)).time()).isEqualTo(time);
    assertThat(Der.parse(DerWriter.utf8("é")).utf8()).isEqualTo("é");
    assertThat(Der.parse(DerWriter.yes()).bool()).isTrue();
    assertThat(Der.parse(DerWriter.sequence(DerWriter.nul(), DerWriter.nul())).children())
        .hasSize(2);
  }

  @FuzzTest
  void neverFailsOtherwise(byte[] bytes) {
    try {
      visit(Der.parse(bytes));
    } catch (TrustFailure _) {
      // Refused.
    }
  }

  private static void visit(Der value) {
    switch (value.tag()) {
      case Tag.INTEGER -> value.integer();
      case Tag.OID -> value.oid();
      case Tag.BOOLEAN -> value.bool();
      case Tag.UTF8_STRING -> value.utf8();
      case Tag.UTC_TIME, Tag.GENERALIZED_TIME -> value.time();
      case Tag.OCTET_STRING -> assertThat(value.octets()).hasSizeLessThan(value.encoded().length);
      default -> {
        if ((value.tag() & 0x20) != 0) {
          value.children().forEach(DerTest::visit);
        }
      }
    }
  }
}
