package linuxkit.trust.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.trust.TrustFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signs with keys in SoftHSM. The module reads its configuration from the environment, so the keys
 * are used in a process of their own.
 */
class Pkcs11KeyTest {
  private static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");
  private static final String PIN = "1234";

  @TempDir private Path directory;

  private String run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SOFTHSM2_CONF", directory.resolve("softhsm2.conf").toString());
    builder.environment().put("PIN", PIN);
    builder.environment().put("WRONG", "4321");
    Process process = builder.directory(directory.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), output).isZero();
    return output;
  }

  private void createTokens() throws IOException, InterruptedException {
    Files.createDirectory(directory.resolve("tokens"));
    Files.writeString(
        directory.resolve("softhsm2.conf"),
        "directories.tokendir = " + directory.resolve("tokens") + "\nlog.level = ERROR\n");
    for (String label : new String[] {"other", "build"}) {
      run(
          "softhsm2-util",
          "--init-token",
          "--free",
          "--label",
          label,
          "--pin",
          PIN,
          "--so-pin",
          "567890");
    }
    createKey("p256", "01", "EC", "ec_paramgen_curve:P-256");
    createKey("rsa", "02", "RSA", "rsa_keygen_bits:2048");
  }

  private void createKey(String label, String id, String algorithm, String option)
      throws IOException, InterruptedException {
    run("openssl", "genpkey", "-algorithm", algorithm, "-pkeyopt", option, "-out", label + ".pem");
    run("openssl", "pkey", "-in", label + ".pem", "-pubout", "-out", label + ".pub");
    run(
        "openssl",
        "req",
        "-x509",
        "-key",
        label + ".pem",
        "-subj",
        "/CN=" + label,
        "-outform",
        "der",
        "-out",
        label + ".crt");
    run(
        "softhsm2-util",
        "--import",
        label + ".pem",
        "--token",
        "build",
        "--label",
        label,
        "--id",
        id,
        "--pin",
        PIN);
    run(
        "pkcs11-tool",
        "--module",
        MODULE.toString(),
        "--token-label",
        "build",
        "--login",
        "--pin",
        PIN,
        "--write-object",
        label + ".crt",
        "--type",
        "cert",
        "--id",
        id,
        "--label",
        label);
  }

  private String sign(String uri) throws IOException, InterruptedException {
    return run(
            System.getProperty("java.home") + "/bin/java",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Signer.class.getName(),
            uri)
        .strip();
  }

  /** Signs with a key and prints the signature, or the failure. */
  static final class Signer {
    private Signer() {}

    public static void main(String[] arguments) {
      try (SigningKey key = SigningKeys.open(arguments[0], Optional.empty(), System.getenv())) {
        System.out.println(
            key.verificationKey().keyId()
                + " "
                + Base64.getEncoder().encodeToString(key.sign("content".getBytes(UTF_8))));
      } catch (TrustFailure e) {
        System.out.println(e.getMessage() + ": " + e.hint());
      }
    }
  }

  private static String uri(String attributes, String pin) {
    return "pkcs11:" + attributes + "?module-path=" + MODULE + "&pin-source=" + pin;
  }

  @Test
  void signsWithKeysInTheTokenOfThatLabel() throws IOException, InterruptedException {
    assumeThat(MODULE).as("SKIPPED: the package softhsm2 is not installed").exists();
    assumeThat(Path.of("/usr/bin/pkcs11-tool"))
        .as("SKIPPED: the package opensc is not installed")
        .exists();
    createTokens();
    Files.writeString(directory.resolve("pin"), PIN + "\n");
    for (String label : new String[] {"p256", "rsa"}) {
      VerificationKey known =
          VerificationKey.parse(Files.readAllBytes(directory.resolve(label + ".pub")), label);
      List<String> signed =
          List.of(
              sign(uri("token=build;object=" + label, "file:" + directory.resolve("pin")))
                  .split(" ", -1));
      assertThat(signed.getFirst()).isEqualTo(known.keyId());
      assertThat(
              known.verify("content".getBytes(UTF_8), Base64.getDecoder().decode(signed.getLast())))
          .isTrue();
    }
    assertThat(sign(uri("token=build", "env:PIN")))
        .contains("pkcs11:token=build: the token has several private keys")
        .contains("there are: p256, rsa");
    assertThat(sign(uri("token=build;object=ed", "env:PIN")))
        .contains("the token has no private key of this name");
    assertThat(sign(uri("token=build;object=rsa", "env:WRONG")))
        .contains("the token does not accept the PIN: CKR_PIN_INCORRECT");
    assertThat(sign(uri("token=missing;object=rsa", "env:PIN")))
        .contains("there is no token with this label");
    assertThat(sign(uri("token=other", "env:PIN")))
        .contains("the token has no private key with a certificate");
    assertThat(sign("pkcs11:token=build?module-path=" + MODULE)).contains("the token needs a PIN");
  }

  @Test
  void reportsALibraryThatIsNotAModule() {
    Path library = Path.of(System.getProperty("java.home"), "lib", "libjava.so");
    assertThatThrownBy(
            () ->
                SigningKeys.open(
                    "pkcs11:token=t?module-path=" + library + "&pin-source=env:PIN",
                    Optional.empty(),
                    Map.of("PIN", PIN)))
        .isInstanceOf(TrustFailure.class)
        .hasMessageContaining("not a PKCS#11 module");
  }
}
