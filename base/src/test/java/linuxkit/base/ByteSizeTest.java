package linuxkit.base;

import static org.assertj.core.api.Assertions.assertThat;

import linuxkit.base.ByteSize.Unit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "999999999999, 999999999999",
    "1K, 1024",
    "1KiB, 1024",
    "512M, 536870912",
    "512MiB, 536870912",
    "2G, 2147483648",
    "3T, 3298534883328",
    "8388607T, 9223370937343148032",
  })
  void readsNumbersAndUnits(String text, long bytes) {
    assertThat(ByteSize.parse(text, Unit.BYTE)).hasValue(bytes);
  }

  @Test
  void countsBareNumbersInTheUnitGiven() {
    assertThat(ByteSize.parse("2", Unit.MIB)).hasValue(2L << 20);
    assertThat(ByteSize.parse("2", Unit.GIB)).hasValue(2L << 30);
    assertThat(ByteSize.parse("2K", Unit.GIB)).hasValue(2L << 10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "M", "-1", "+1", "1.5G", "1 G", "1m", "1MB", "1iB", "1GiBs", "1234567890123"})
  void refusesOtherForms(String text) {
    assertThat(ByteSize.parse(text, Unit.BYTE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8388608T", "999999999999G"})
  void refusesSizesOfMoreThan63Bits(String text) {
    assertThat(ByteSize.parse(text, Unit.BYTE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "-1, -1 B",
    "1024, 1.0 KiB",
    "-1536, -1.5 KiB",
    "500000, 488.3 KiB",
    "1048524, 1023.9 KiB",
    "1048525, 1.0 MiB",
    "13107200, 12.5 MiB",
    "1073741824, 1.0 GiB",
    "1099511627776, 1.0 TiB",
    "9223372036854775807, 8388608.0 TiB",
  })
  void printsOneDecimal(long bytes, String text) {
    assertThat(ByteSize.text(bytes)).isEqualTo(text);
  }
}
