package linuxkit.trust.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.FileFailure;
import linuxkit.trust.TrustFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads private keys that OpenSSL wrote. */
class SigningKeysTest {
  private static final byte[] CONTENT = "content".getBytes(UTF_8);
  private static final Map<String, String> ENVIRONMENT = Map.of("PASSWORD", "open sesame");
  private static final Optional<Secret> PASSWORD =
      Optional.of(new Secret.InEnvironment("PASSWORD", ENVIRONMENT));

  @TempDir private Path directory;

  private Path openssl(String name, String... arguments) throws IOException, InterruptedException {
    Path out = directory.resolve(name);
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-out", out.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return out;
  }

  private Path newKey() throws IOException, InterruptedException {
    return openssl("key.pem", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256");
  }

  private static SigningKey open(Path file, Optional<Secret> secret) {
    return SigningKeys.open(file.toString(), secret, Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "P256,EC,ec_paramgen_curve:P-256",
    "P384,EC,ec_paramgen_curve:P-384",
    "P521,EC,ec_paramgen_curve:P-521",
    "ED25519,ED25519,",
    "RSA,RSA,rsa_keygen_bits:2048"
  })
  void readsKeysAndTheirPublicHalves(KeyType type, String algorithm, String option)
      throws IOException, InterruptedException {
    Path file =
        option == null
            ? openssl("key.pem", "genpkey", "-algorithm", algorithm)
            : openssl("key.pem", "genpkey", "-algorithm", algorithm, "-pkeyopt", option);
    Path other = openssl("pub.pem", "pkey", "-in", file.toString(), "-pubout");
    try (SigningKey key = open(file, Optional.empty())) {
      VerificationKey known = VerificationKey.parse(Files.readAllBytes(other), "pub.pem");
      assertThat(key.verificationKey()).isEqualTo(known);
      assertThat(known.type()).isEqualTo(type);
      assertThat(known.verify(CONTENT, key.sign(CONTENT))).isTrue();
      assertThat(known.pem()).isEqualTo(Files.readString(other));
    }
  }

  @Test
  void computesThePublicHalfOfAKeyWithoutOne() throws IOException, InterruptedException {
    // Ten keys, since the y coordinate is one of two.
    for (int i = 0; i < 10; i++) {
      Path file = newKey();
      Path bare = directory.resolve("bare.pem");
      Path known = openssl("pub.pem", "pkey", "-in", file.toString(), "-pubout");
      Pem pem = Pem.read(Files.readAllBytes(file), "key.pem").orElseThrow();
      Files.writeString(bare, Pem.write("PRIVATE KEY", withoutPublicHalf(pem.content())));
      assertThat(open(bare, Optional.empty()).verificationKey())
          .isEqualTo(VerificationKey.parse(Files.readAllBytes(known), "pub.pem"));
    }
  }

  /** Cuts the optional field at the end of a P-256 key, and shortens what surrounds it. */
  private static byte[] withoutPublicHalf(byte[] der) {
    byte[] out = new byte[67];
    out[0] = 0x30;
    out[1] = 0x41;
    System.arraycopy(der, 3, out, 2, 24);
    out[26] = 4;
    out[27] = 0x27;
    out[28] = 0x30;
    out[29] = 0x25;
    System.arraycopy(der, 31, out, 30, 37);
    return out;
  }

  @ParameterizedTest
  @ValueSource(strings = {"aes-256-cbc", "aes-128-cbc"})
  void readsEncryptedKeys(String cipher) throws IOException, InterruptedException {
    String plain = newKey().toString();
    Path encrypted =
        openssl(
            "enc.pem",
            "pkcs8",
            "-topk8",
            "-in",
            plain,
            "-v2",
            cipher,
            "-passout",
            "pass:open sesame");
    SigningKey key = open(encrypted, PASSWORD);
    assertThat(key.verificationKey())
        .isEqualTo(open(Path.of(plain), Optional.empty()).verificationKey());
    Path file = Files.writeString(directory.resolve("password"), "open sesame\n");
    assertThat(open(encrypted, Optional.of(new Secret.InFile(file))).verificationKey())
        .isEqualTo(key.verificationKey());

    assertThatThrownBy(() -> open(encrypted, Optional.empty()))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining("the private key is encrypted");
    Files.writeString(file, "wrong");
    assertThatThrownBy(() -> open(encrypted, Optional.of(new Secret.InFile(file))))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining("the password of the private key is wrong");
  }

  @Test
  void refusesOtherEncryption() throws IOException, InterruptedException {
    String plain = newKey().toString();
    Path file =
        openssl("enc.pem", "pkcs8", "-topk8", "-in", plain, "-scrypt", "-passout", "pass:x");
    assertThatThrownBy(() -> open(file, PASSWORD))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining("encrypted in a way that is not supported");
  }

  @Test
  void refusesEncryptionThatTakesTooLong() throws IOException, InterruptedException {
    Path file =
        openssl(
            "enc.pem",
            "pkcs8",
            "-topk8",
            "-in",
            newKey().toString(),
            "-iter",
            "65536",
            "-passout",
            "pass:open sesame");
    Pem pem = Pem.read(Files.readAllBytes(file), "enc.pem").orElseThrow();
    // OpenSSL would take seconds to derive a key with so many iterations.
    String der = HexFormat.of().formatHex(pem.content());
    String iterations = "0203010000";
    assertThat(der).containsOnlyOnce(iterations);
    byte[] more = HexFormat.of().parseHex(der.replace(iterations, "02031e8481"));
    Files.writeString(file, Pem.write("ENCRYPTED PRIVATE KEY", more));
    assertThatThrownBy(() -> open(file, PASSWORD))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining("would take too long to check: 2000001 iterations");
  }

  @ParameterizedTest
  @CsvSource({
    "EC PRIVATE KEY,not in the form of PKCS#8",
    "RSA PRIVATE KEY,not in the form of PKCS#8",
    "ENCRYPTED SIGSTORE PRIVATE KEY,cosign's own encryption",
    "PUBLIC KEY,is not a private key",
    "PRIVATE KEY,not a private key of a supported kind",
    "ENCRYPTED PRIVATE KEY,encrypted in a way that is not supported"
  })
  void refusesOtherForms(String label, String reason) {
    byte[] file = Pem.write(label, new byte[] {0x30, 0}).getBytes(UTF_8);
    assertThatThrownBy(() -> PrivateKeyFile.read(file, PASSWORD, "key"))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining(reason);
  }

  @Test
  void reportsMissingFilesAndVariables() {
    assertThatThrownBy(() -> open(directory.resolve("missing"), Optional.empty()))
        .isInstanceOf(FileFailure.class)
        .hasMessageContaining("cannot read the key");
    assertThatThrownBy(() -> new Secret.InFile(directory.resolve("missing")).read())
        .isInstanceOf(FileFailure.class)
        .hasMessageContaining("cannot read the password");
    assertThatThrownBy(() -> new Secret.InEnvironment("NAME", ENVIRONMENT).read())
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining("the environment variable NAME is not set");
  }

  @Test
  void doesNotShowTheEnvironment() {
    assertThat(new Secret.InEnvironment("PASSWORD", ENVIRONMENT)).hasToString("PASSWORD");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pkcs11:|has no value",
        "pkcs11:token=t|has no module-path",
        "pkcs11:object=o?module-path=/m|has no token",
        "pkcs11:token=t?module-path=m|not an absolute path",
        "pkcs11:token=t?module-path=/m%22|not an absolute path",
        "pkcs11:token=t?module-path=/m%0alibrary=/n|not an absolute path",
        "pkcs11:token=t;token=u?module-path=/m|\"token\" twice",
        "pkcs11:token=t?module-path=/m&pin-value=1234|contains a PIN",
        "pkcs11:token=t;obejct=o?module-path=/m|unknown attribute \"obejct\"",
        "pkcs11:token=%zz?module-path=/m|malformed escape",
        "pkcs11:token=t?module-path=/m&pin-source=1234|neither a file nor a variable",
        "pkcs11:token=t?module-path=/missing.so&pin-source=env:PIN|module cannot be loaded"
      })
  void refusesMalformedUris(String uri, String reason) {
    assertThatThrownBy(() -> SigningKeys.open(uri, Optional.empty(), Map.of()))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining(reason);
  }

  @Test
  void readsEscapesInUris() {
    Pkcs11Uri uri = Pkcs11Uri.parse("pkcs11:token=a%20b+c;object=%C3%BC?module-path=/m");
    assertThat(uri.token()).isEqualTo("a b+c");
    assertThat(uri.object()).contains("ü");
  }

  @FuzzTest
  void readsOrRefusesAnyFile(byte[] file) {
    try {
      PrivateKeyFile.read(file, PASSWORD, "fuzz");
    } catch (Failure _) {
      // Any other exception is a defect.
    }
  }
}
