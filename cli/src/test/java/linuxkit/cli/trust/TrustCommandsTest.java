package linuxkit.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import linuxkit.base.Sha256;
import linuxkit.cli.Run;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustCommandsTest {
  private static final byte[] CONTENT = "signed\n".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private Path file;
  private Path bundle;
  private Path key;

  @BeforeEach
  void sign() throws IOException, GeneralSecurityException {
    file = Files.write(folder.resolve("file"), CONTENT);
    KeyPair pair = pair();
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair.getPrivate());
    signature.update(CONTENT);
    bundle = bundle(signature.sign());
    key = key("key.pub", pair);
  }

  private static KeyPair pair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private Path key(String name, KeyPair pair) throws IOException {
    String base64 = Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded());
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
  }

  private Path bundle(byte[] signature) throws IOException {
    return Files.writeString(
        folder.resolve("bundle.json"),
        """
        {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
         "verificationMaterial": {"publicKey": {"hint": ""}},
         "messageSignature": {"signature": "%s"}}
        """
            .formatted(Base64.getEncoder().encodeToString(signature)));
  }

  private Run verify(String... args) {
    List<String> line = new ArrayList<>(List.of("trust", "verify-bundle"));
    line.addAll(List.of(args));
    return Run.of(Map.of("HOME", folder.toString()), line.toArray(String[]::new));
  }

  private Run withKey(Path by, String artifact) {
    return verify("--bundle", bundle.toString(), "--key", by.toString(), artifact);
  }

  private static String digest() {
    return "sha256:" + Sha256.hex(CONTENT);
  }

  @Test
  void verifiesFileAndDigestWithKey() {
    assertThat(withKey(key, file.toString()).out()).startsWith("verified: " + digest());
    assertThat(withKey(key, digest()).status()).isZero();
  }

  @Test
  void refusesAnotherKeyAndAnotherFile() throws IOException, GeneralSecurityException {
    Run otherKey = withKey(key("other.pub", pair()), file.toString());
    assertThat(otherKey.status()).isOne();
    assertThat(otherKey.err()).isEqualTo("linuxkit: the signature is wrong\n");
    Files.writeString(file, "other");
    assertThat(withKey(key, file.toString()).status()).isOne();
  }

  @Test
  void refusesEndlessBundle() {
    Run run = verify("--bundle", "/dev/zero", "--key", key.toString(), file.toString());
    assertThat(run.status()).isOne();
    assertThat(run.err()).contains("/dev/zero: the file is larger than 4194304 bytes");
  }

  @Test
  void saysWhichOptionsAreMissing() {
    assertThat(verify(file.toString()).err()).contains("missing option: --bundle");
    assertThat(verify("--bundle", bundle.toString(), file.toString()).err())
        .contains("missing option: --certificate-oidc-issuer");
    Run noRoot =
        verify(
            "--bundle",
            bundle.toString(),
            "--certificate-identity",
            "me",
            "--certificate-oidc-issuer",
            "https://issuer.example",
            digest());
    assertThat(noRoot.err()).contains("missing option: --trusted-root");
  }

  @Test
  void saysThatKeyAndIdentityExcludeEachOther() {
    Run both =
        verify(
            "--bundle",
            bundle.toString(),
            "--key",
            key.toString(),
            "--certificate-identity",
            "me",
            digest());
    assertThat(both.err()).contains("--key and an identity exclude each other");
  }
}
