package linuxkit.trust.cbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.HexFormat;
import java.util.List;
import linuxkit.trust.TrustFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CborReaderTest {
  private static Cbor read(String hex) {
    return CborReader.read(HexFormat.of().parseHex(hex), "test");
  }

  @ParameterizedTest
  @CsvSource({
    "00, 0",
    "17, 23",
    "1818, 24",
    "18ff, 255",
    "190100, 256",
    "1a00010000, 65536",
    "1b0000000100000000, 4294967296",
    "1b7fffffffffffffff, 9223372036854775807",
    "20, -1",
    "3863, -100",
    "3b7fffffffffffffff, -9223372036854775808"
  })
  void readsNumbers(String hex, long number) {
    assertThat(read(hex)).isEqualTo(new Cbor.Int(number));
  }

  @Test
  void readsOtherValues() {
    assertThat(read("c11a514b67b0")).isEqualTo(new Cbor.Tagged(1, new Cbor.Int(1363896240)));
    assertThat(read("62c3bc")).isEqualTo(new Cbor.Text("ü"));
    assertThat(read("83f4f5f6"))
        .isEqualTo(
            new Cbor.Array(List.of(new Cbor.Bool(false), new Cbor.Bool(true), new Cbor.Null())));
    assertThat(((Cbor.Mapping) read("a20261612080")).entries().keySet())
        .containsExactly(new Cbor.Int(2), new Cbor.Int(-1));
    assertThat(((Cbor.Bytes) read("4401020304")).value()).containsExactly(1, 2, 3, 4);
  }

  @ParameterizedTest
  @CsvSource({
    "'', the document ends within a value (byte 0)",
    "18, the document ends within a value (byte 1)",
    "0000, there are more bytes after the value (byte 1)",
    "1817, a number or length is not in its shortest form (byte 2)",
    "1900ff, a number or length is not in its shortest form (byte 3)",
    "1a0000ffff, a number or length is not in its shortest form (byte 5)",
    "1b00000000ffffffff, a number or length is not in its shortest form (byte 9)",
    "5803010203, a number or length is not in its shortest form (byte 2)",
    "1b8000000000000000, a number or length has more than 63 bits (byte 9)",
    "1c, a reserved form of length (byte 1)",
    "5f4100ff, a value has an indefinite length (byte 1)",
    "7fff, a value has an indefinite length (byte 1)",
    "9fff, a value has an indefinite length (byte 1)",
    "bfff, a value has an indefinite length (byte 1)",
    "ff, this simple value is not accepted: 31 (byte 1)",
    "f7, this simple value is not accepted: 23 (byte 1)",
    "f820, this simple value is not accepted: 24 (byte 1)",
    "f97e00, floating-point numbers are not accepted (byte 1)",
    "fb3ff0000000000000, floating-point numbers are not accepted (byte 1)",
    "62c328, a text is not UTF-8 (byte 3)",
    "4201, a string is longer than the document (byte 1)",
    "5b7fffffffffffffff, a string is longer than the document (byte 9)",
    "9b7fffffffffffffff, an array or map has more elements than bytes follow (byte 9)",
    "a20000, an array or map has more elements than bytes follow (byte 1)",
    "a200000000, a map has the key 0 twice (byte 5)",
    "a26161006161f6, 'a map has the key \"a\" twice (byte 7)'",
    "a14100f6, a key of a map is neither a number nor a text (byte 3)",
    "a18000, a key of a map is neither a number nor a text (byte 2)"
  })
  void refuses(String hex, String reason) {
    assertThatThrownBy(() -> read(hex))
        .isInstanceOf(TrustFailure.class)
        .hasMessage("test: not valid CBOR: " + reason);
  }

  @Test
  void limitsNestingAndCount() {
    assertThat(read("81".repeat(16) + "00")).isInstanceOf(Cbor.Array.class);
    assertThatThrownBy(() -> read("81".repeat(17) + "00"))
        .hasMessageContaining("nested more than 16 levels deep");
    assertThatThrownBy(() -> read("c1".repeat(17) + "00"))
        .hasMessageContaining("nested more than 16 levels deep");
    assertThatThrownBy(() -> read("a100".repeat(17) + "00"))
        .hasMessageContaining("nested more than 16 levels deep");
    assertThat(read("990fff" + "00".repeat(4095))).isInstanceOf(Cbor.Array.class);
    assertThatThrownBy(() -> read("991000" + "00".repeat(4096)))
        .hasMessageContaining("more than 4096 values");
  }

  /** Checks that what is read has no other form: it is written as it was. */
  @FuzzTest
  void readsOrRefusesAnyBytes(byte[] bytes) {
    try {
      assertThat(CborBytes.of(CborReader.read(bytes, "test"))).isEqualTo(bytes);
    } catch (TrustFailure refused) {
      assertThat(refused.what()).startsWith("not valid CBOR: ");
    }
  }
}
