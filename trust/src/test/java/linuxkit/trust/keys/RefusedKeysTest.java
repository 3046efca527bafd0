package linuxkit.trust.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static linuxkit.trust.keys.TestKeys.generate;
import static linuxkit.trust.keys.VerificationKeyTest.ED25519;
import static linuxkit.trust.keys.VerificationKeyTest.P256;
import static linuxkit.trust.keys.VerificationKeyTest.key;
import static linuxkit.trust.keys.VerificationKeyTest.longLength;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import linuxkit.trust.TrustFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Refuses files that are not one safe public key in the usual encoding. */
class RefusedKeysTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
      })
  void refusesEd25519KeysOfSmallOrder(String point) {
    byte[] der = HexFormat.of().parseHex("302a300506032b6570032100" + point);
    assertThatThrownBy(() -> VerificationKey.parse(der, "key.der"))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining("small order");
  }

  @ParameterizedTest
  @ValueSource(ints = {1024, 1536, 2040})
  void refusesShortRsaKeys(int bits) {
    assertThatThrownBy(() -> key(generate("RSA", bits)))
        .hasMessageContaining("an RSA key of " + bits + " bits");
  }

  @ParameterizedTest
  @CsvSource({"1,not a public key", "4,anybody could sign"})
  void refusesRsaKeysWithExponentsThatDoNotProtect(byte exponent, String reason) {
    byte[] der = generate("RSA", 2048).getPublic().getEncoded();
    // The last five bytes are the exponent 65537.
    byte[] bad = Arrays.copyOf(der, der.length - 2);
    bad[bad.length - 2] = 1;
    bad[bad.length - 1] = exponent;
    bad[3] = (byte) (bad[3] - 2);
    bad[22] = (byte) (bad[22] - 2);
    bad[27] = (byte) (bad[27] - 2);
    assertThatThrownBy(() -> VerificationKey.parse(bad, "key.der"))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesOtherCurvesAndPointsOutsideTheCurve() {
    byte[] der = P256.getPublic().getEncoded();
    der[der.length - 1] ^= 1;
    assertThatThrownBy(() -> VerificationKey.parse(der, "key.der"))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining("not a point of its curve");
    assertThatThrownBy(() -> key(generate("Ed448", 448))).isInstanceOf(TrustFailure.class);
  }

  @Test
  void refusesASecondFormOfAKey() {
    byte[] der = P256.getPublic().getEncoded();
    assertThatThrownBy(() -> VerificationKey.parse(Arrays.copyOf(der, der.length + 1), "key.der"))
        .isInstanceOf(TrustFailure.class);
    byte[] longer = longLength(der);
    assertThatThrownBy(() -> VerificationKey.parse(longer, "key.der"))
        .isInstanceOf(TrustFailure.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----|this is a private key",
        "-----BEGIN RSA PUBLIC KEY-----\\nAAAA\\n-----END RSA PUBLIC KEY-----|of this kind is not",
        "-----BEGIN PUBLIC KEY-----\\nAA=A\\n-----END PUBLIC KEY-----|not valid base64",
        "-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END CERTIFICATE-----|ends as",
        "-----BEGIN PUBLIC KEY-----\\nProc-Type: 4\\n\\nAAAA\\n-----END PUBLIC KEY-----|malformed",
        "text\\n-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----|text outside",
        "-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----|not a public key",
        "-----BEGIN PUBLIC KEY-----\\nAAAA|malformed",
        "text|not a public key"
      })
  void refusesFilesThatAreNotOneKey(String text, String reason) {
    byte[] file = text.replace("\\n", "\n").getBytes(UTF_8);
    assertThatThrownBy(() -> VerificationKey.parse(file, "key.pem"))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesTwoKeysInAFile() {
    byte[] file = (key(P256).pem() + key(ED25519).pem()).getBytes(UTF_8);
    assertThatThrownBy(() -> VerificationKey.parse(file, "key.pem"))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining("more than one PEM block");
  }

  @Test
  void refusesHugeFiles() {
    assertThatThrownBy(() -> VerificationKey.parse(new byte[Pem.MAX_FILE + 1], "key.pem"))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining("larger than 64 KiB");
  }
}
