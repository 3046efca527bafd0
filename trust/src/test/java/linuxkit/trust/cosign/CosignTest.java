package linuxkit.trust.cosign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import linuxkit.base.Sha256;
import linuxkit.fixtures.CosignProgram;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.trust.Evidence.Form;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Statement;
import linuxkit.trust.Verdict;
import linuxkit.trust.dsse.Envelope;
import linuxkit.trust.keys.KeyType;
import linuxkit.trust.keys.SigningKey;
import linuxkit.trust.keys.SigningKeys;
import linuxkit.trust.keys.TestKeys;
import linuxkit.trust.keys.VerificationKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exchanges signatures with the cosign programs that are installed, without a registry. */
class CosignTest {
  private static final String SLSA = "https://slsa.dev/provenance/v1";

  private static final String EMPTY_ROOT =
      "{\"mediaType\":\"application/vnd.dev.sigstore.trustedroot+json;version=0.1\"}";

  /** Stands for a manifest: cosign's commands for files compare its digest with the signed one. */
  private static final byte[] CONTENT = "content\n".getBytes(UTF_8);

  private static final String DIGEST = "sha256:" + Sha256.hex(CONTENT);
  private static final SignedSubject SUBJECT =
      new SignedSubject("registry.example/app", List.of(DIGEST));

  @TempDir private Path directory;

  private static List<CosignProgram> programs(int... majors) {
    List<CosignProgram> found =
        CosignProgram.installed().stream()
            .filter(each -> Arrays.stream(majors).anyMatch(major -> major == each.major()))
            .toList();
    if (found.isEmpty()) {
      String reason =
          "SKIPPED: cosign " + Arrays.toString(majors) + " is not installed; see CosignProgram";
      System.out.println(reason);
      abort(reason);
    }
    return found;
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content);
  }

  private SigningKey key(KeyType type) throws IOException {
    Path file = file("key.pem", TestKeys.pem(type).getBytes(UTF_8));
    SigningKey key = SigningKeys.open(file.toString(), Optional.empty(), Map.of());
    file("key.pub", key.verificationKey().pem().getBytes(UTF_8));
    return key;
  }

  @Test
  void cosign2AcceptsSimpleSigning() throws IOException, InterruptedException {
    for (CosignProgram cosign : programs(2)) {
      for (KeyType type : List.of(KeyType.P256, KeyType.ED25519, KeyType.RSA)) {
        SimpleSigning.Signed signed = SimpleSigning.sign(key(type), SUBJECT.repository(), DIGEST);
        file("payload", signed.payload());
        file("signature", signature(signed).getBytes(UTF_8));
        String[] command = {
          "verify-blob",
          "--insecure-ignore-tlog",
          "--key",
          "key.pub",
          "--signature",
          "signature",
          "payload"
        };
        assertThat(cosign.run(directory, command)).as("%s", type).contains("Verified OK");
        file("payload", "other".getBytes(UTF_8));
        assertThatThrownBy(() -> cosign.run(directory, command)).isInstanceOf(IOException.class);
      }
    }
  }

  private static String signature(SimpleSigning.Signed signed) {
    return Objects.requireNonNull(signed.annotations().get(SimpleSigning.ANNOTATION));
  }

  @Test
  void acceptsOurBundles() throws IOException, InterruptedException {
    for (CosignProgram cosign : programs(2, 3)) {
      // cosign refuses what it made itself with P-384 and P-521.
      for (KeyType type : List.of(KeyType.P256, KeyType.RSA, KeyType.ED25519)) {
        SigningKey key = key(type);
        byte[] signature = CosignBundle.signature(key, List.of(DIGEST));
        assertThat(verify(cosign, CONTENT, signature, Predicates.SIGNATURE))
            .contains("Verified OK");

        Statement statement =
            new Statement(
                List.of(
                    new Statement.Subject(
                        "disk.img", Map.of("sha256", DIGEST.substring("sha256:".length())))),
                SLSA,
                JsonObject.builder().put("buildDefinition", JsonObject.EMPTY).build());
        byte[] attestation = CosignBundle.attestation(key, statement);
        assertThat(verify(cosign, CONTENT, attestation, SLSA)).contains("Verified OK");
        assertThatThrownBy(() -> verify(cosign, new byte[1], attestation, SLSA))
            .isInstanceOf(IOException.class);
      }
    }
  }

  private String verify(CosignProgram cosign, byte[] content, byte[] bundle, String type)
      throws IOException, InterruptedException {
    file("content", content);
    file("bundle", bundle);
    List<String> command =
        new ArrayList<>(
            List.of("verify-blob-attestation", "--insecure-ignore-tlog", "--key", "key.pub"));
    command.addAll(List.of("--bundle", "bundle", "--type", type));
    // Otherwise cosign 2 asks the network for one.
    file("root", EMPTY_ROOT.getBytes(UTF_8));
    command.addAll(List.of("--trusted-root", "root"));
    if (cosign.major() == 2) {
      command.add("--new-bundle-format");
    }
    command.add("content");
    return cosign.run(directory, command.toArray(String[]::new));
  }

  @Test
  void acceptsAttestationsThatCosignMakes() throws IOException, InterruptedException {
    file("content", CONTENT);
    file("predicate", "{\"a\": 1}".getBytes(UTF_8));
    for (CosignProgram cosign : programs(2, 3)) {
      // Of keys that are not its own, cosign 2 reads only this kind.
      for (KeyType type : cosign.major() == 2 ? List.of(KeyType.ED25519) : types()) {
        Path folder = Files.createDirectory(directory.resolve("cosign" + cosign.major() + type));
        VerificationKey key = key(type).verificationKey();
        cosign.run(folder, "import-key-pair", "--key", "../key.pem", "-o", "k");
        acceptsAttestation(cosign, folder, "k.key", key);
      }
      Path folder = Files.createDirectory(directory.resolve("cosign" + cosign.major()));
      cosign.run(folder, "generate-key-pair");
      byte[] file = Files.readAllBytes(folder.resolve("cosign.pub"));
      acceptsAttestation(cosign, folder, "cosign.key", VerificationKey.parse(file, "cosign.pub"));
    }
  }

  private static List<KeyType> types() {
    return List.of(KeyType.values());
  }

  private static void acceptsAttestation(
      CosignProgram cosign, Path folder, String name, VerificationKey key)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("attest-blob", "-y", "--key", name, "--type", "custom"));
    command.addAll(List.of("--predicate", "../predicate", "--bundle", "bundle"));
    command.addAll(
        cosign.major() == 2
            ? List.of("--tlog-upload=false", "--new-bundle-format")
            : List.of("--tlog-upload=false", "--use-signing-config=false"));
    command.add("../content");
    cosign.run(folder, command.toArray(String[]::new));
    JsonObject bundle =
        (JsonObject) Json.parse(Files.readAllBytes(folder.resolve("bundle")), "bundle");
    Envelope envelope = Envelope.of((JsonObject) bundle.get("dsseEnvelope").orElseThrow());
    assertThat(check(key, envelope.bytes(), SUBJECT))
        .as("%s, %s", cosign, key)
        .isInstanceOf(Verdict.Accepted.class);
    SignedSubject other = new SignedSubject(SUBJECT.repository(), List.of("sha256:00"));
    assertThat(check(key, envelope.bytes(), other))
        .isEqualTo(new Verdict.Refused("the statement is about other images"));
  }

  private static Verdict check(VerificationKey key, byte[] envelope, SignedSubject subject) {
    return new KeyAuthority(key, (_, _, _) -> new Verdict.Refused("a bundle"))
        .check(Fixture.evidence(Form.DSSE, envelope), subject);
  }

  @Test
  void cosignReadsOurKeys() throws IOException, InterruptedException {
    for (CosignProgram cosign : programs(3)) {
      for (KeyType type : KeyType.values()) {
        SigningKey key = key(type);
        Files.deleteIfExists(directory.resolve("imported.key"));
        Files.deleteIfExists(directory.resolve("imported.pub"));
        cosign.run(directory, "import-key-pair", "--key", "key.pem", "-o", "imported");
        assertThat(directory.resolve("imported.pub")).hasContent(key.verificationKey().pem());
      }
    }
  }
}
