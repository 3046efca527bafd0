package linuxkit.trust.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import linuxkit.base.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationKeyTest {
  private static final byte[] CONTENT = "content".getBytes(UTF_8);
  static final KeyPair P256 = TestKeys.pair(KeyType.P256);
  static final KeyPair ED25519 = TestKeys.pair(KeyType.ED25519);

  private static byte[] sign(KeyPair pair, SignatureAlgorithm algorithm)
      throws GeneralSecurityException {
    Signature signature = algorithm.signature();
    signature.initSign(pair.getPrivate());
    signature.update(CONTENT);
    return signature.sign();
  }

  static VerificationKey key(KeyPair pair) {
    return VerificationKey.of(pair.getPublic(), "test");
  }

  @ParameterizedTest
  @EnumSource
  void verifiesWithEveryAlgorithmOfTheKeysFamily(KeyType type) throws GeneralSecurityException {
    KeyPair pair = TestKeys.pair(type);
    VerificationKey key = VerificationKey.parse(key(pair).pem().getBytes(UTF_8), "key.pem");
    assertThat(key.type()).isEqualTo(type);
    for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
      if (algorithm.family() != type.family()) {
        assertThat(key.verify(algorithm, CONTENT, new byte[64])).isFalse();
        continue;
      }
      byte[] signature = sign(pair, algorithm);
      assertThat(key.verify(algorithm, CONTENT, signature)).as("%s", algorithm).isTrue();
      assertThat(key.verify(algorithm, "other".getBytes(UTF_8), signature)).isFalse();
      assertThat(key.verify(CONTENT, signature)).isEqualTo(type.algorithms().contains(algorithm));
    }
  }

  @ParameterizedTest
  @CsvSource({"P256,ECDSA_SHA256", "P521,ECDSA_SHA256", "RSA,RSA_PKCS1_SHA256"})
  void verifiesADigestAlone(KeyType type, SignatureAlgorithm algorithm)
      throws GeneralSecurityException {
    KeyPair pair = TestKeys.pair(type);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(CONTENT);
    byte[] signature = sign(pair, algorithm);
    assertThat(key(pair).verifySha256(digest, signature)).isTrue();
    assertThat(key(pair).verifySha256(Arrays.copyOf(digest, 20), signature)).isFalse();
    digest[31] ^= 1;
    assertThat(key(pair).verifySha256(digest, signature)).isFalse();
    assertThat(key(pair).verifySha256(digest, new byte[0])).isFalse();
  }

  @Test
  void doesNotVerifyADigestAloneWithEd25519() throws GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(CONTENT);
    assertThat(key(ED25519).verifySha256(digest, sign(ED25519, SignatureAlgorithm.ED25519)))
        .isFalse();
  }

  @Test
  void identifiesAKeyByItsDer() throws GeneralSecurityException {
    VerificationKey key = key(P256);
    byte[] der = P256.getPublic().getEncoded();
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(der);
    assertThat(key.keyId()).isEqualTo(HexFormat.of().formatHex(digest));
    assertThat(key.hint()).isEqualTo(Base64.getEncoder().encodeToString(digest));
    assertThat(VerificationKey.parse(der, "key.der")).isEqualTo(key).hasSameHashCodeAs(key);
    assertThat(VerificationKey.parse(key.pem().replace("\n", "\r\n").getBytes(UTF_8), "k"))
        .isEqualTo(key);
    assertThat(key(TestKeys.pair(KeyType.P256))).isNotEqualTo(key);
    assertThat(key).hasToString("ECDSA P-256 key " + key.keyId().substring(0, 16));
  }

  @Test
  void refusesOtherFormsOfAnEcdsaSignature() throws GeneralSecurityException {
    VerificationKey key = key(P256);
    byte[] good = sign(P256, SignatureAlgorithm.ECDSA_SHA256);
    assertThat(key.verify(CONTENT, good)).isTrue();
    assertThat(key.verify(CONTENT, Arrays.copyOf(good, good.length + 1)))
        .as("garbage at the end")
        .isFalse();
    byte[] inside = Arrays.copyOf(good, good.length + 1);
    inside[1]++;
    assertThat(key.verify(CONTENT, inside)).as("garbage inside the sequence").isFalse();
    assertThat(key.verify(CONTENT, longLength(good))).as("a length in the long form").isFalse();
    assertThat(key.verify(CONTENT, padded(good))).as("a superfluous zero").isFalse();
  }

  static byte[] longLength(byte[] good) {
    byte[] out = new byte[good.length + 1];
    System.arraycopy(good, 2, out, 3, good.length - 2);
    out[0] = good[0];
    out[1] = (byte) 0x81;
    out[2] = good[1];
    return out;
  }

  private static byte[] padded(byte[] good) {
    byte[] out = new byte[good.length + 1];
    System.arraycopy(good, 0, out, 0, 4);
    System.arraycopy(good, 4, out, 5, good.length - 4);
    out[1]++;
    out[3]++;
    return out;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "30", // a tag alone
        "3000", // an empty sequence
        "3006020100020100", // both numbers zero: verifies anything in CVE-2022-21449
        "3006020101020100",
        "3006020100020101",
        "30060201ff0201ff", // negative
        "3080020101020101", // an indefinite length
        "30060200020101", // an empty number
        "308400000006020101020101",
        "3181060201010201",
        // The order of the curve itself, which is zero to a careless reader.
        "3026022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551020101"
      })
  void refusesHostileEcdsaSignatures(String hex) {
    byte[] signature = HexFormat.of().parseHex(hex);
    assertThat(key(P256).verify(CONTENT, signature)).isFalse();
    assertThat(key(P256).verifySha256(new byte[32], signature)).isFalse();
    assertThat(EcdsaEncoding.fault(signature, order())).isPresent();
  }

  private static BigInteger order() {
    return ((ECPublicKey) P256.getPublic()).getParams().getOrder();
  }

  @Test
  void refusesAllZeroSignaturesOfEveryAlgorithm() {
    for (KeyType type : KeyType.values()) {
      VerificationKey key = key(TestKeys.pair(type));
      for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
        for (int length : new int[] {0, 1, 63, 64, 65, 96, 132, 256}) {
          assertThat(key.verify(algorithm, CONTENT, new byte[length])).isFalse();
        }
      }
    }
  }

  @Test
  void refusesAnEd25519SignatureWithTheGroupOrderAddedToS() throws GeneralSecurityException {
    byte[] good = sign(ED25519, SignatureAlgorithm.ED25519);
    assertThat(key(ED25519).verify(CONTENT, good)).isTrue();
    BigInteger order =
        BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    byte[] s = reversed(Arrays.copyOfRange(good, 32, 64));
    byte[] more = new BigInteger(1, s).add(order).toByteArray();
    byte[] wide = new byte[32];
    System.arraycopy(
        more,
        Math.max(0, more.length - 32),
        wide,
        32 - Math.min(32, more.length),
        Math.min(32, more.length));
    byte[] bad = good.clone();
    System.arraycopy(reversed(wide), 0, bad, 32, 32);
    assertThat(key(ED25519).verify(CONTENT, bad)).isFalse();
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] out = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      out[i] = bytes[bytes.length - 1 - i];
    }
    return out;
  }

  @FuzzTest
  void readsOrRefusesAnyFile(byte[] file) {
    try {
      VerificationKey.parse(file, "fuzz");
    } catch (Failure _) {
      // Any other exception is a defect.
    }
  }

  @FuzzTest
  void verifiesNoSignatureThatIsMadeUp(byte[] signature) {
    assertThat(key(P256).verify(CONTENT, signature)).isFalse();
    assertThat(key(ED25519).verify(CONTENT, signature)).isFalse();
  }
}
