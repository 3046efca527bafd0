package linuxkit.base;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The test cases of RFC 4231, section 4, but for the one of a truncated code. */
class HmacTest {
  private static byte[] bytes(int value, int count) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static String hmac(byte[] key, byte[] message) {
    return HexFormat.of().formatHex(Hmac.sha256(key, message));
  }

  private static String hmac(byte[] key, String message) {
    return hmac(key, message.getBytes(US_ASCII));
  }

  @Test
  void computesTheCodesOfTheStandard() {
    assertThat(hmac(bytes(0x0b, 20), "Hi There"))
        .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assertThat(hmac("Jefe".getBytes(US_ASCII), "what do ya want for nothing?"))
        .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assertThat(hmac(bytes(0xaa, 20), bytes(0xdd, 50)))
        .isEqualTo("773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    byte[] counting = new byte[25];
    for (int i = 0; i < counting.length; i++) {
      counting[i] = (byte) (i + 1);
    }
    assertThat(hmac(counting, bytes(0xcd, 50)))
        .isEqualTo("82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    assertThat(hmac(bytes(0xaa, 131), "Test Using Larger Than Block-Size Key - Hash Key First"))
        .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    assertThat(
            hmac(
                bytes(0xaa, 131),
                "This is a test using a larger than block-size key and a larger than block-size"
                    + " data. The key needs to be hashed before being used by the HMAC algorithm."))
        .isEqualTo("9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
  }
}
