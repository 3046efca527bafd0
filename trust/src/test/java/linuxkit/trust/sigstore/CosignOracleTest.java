package linuxkit.trust.sigstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import linuxkit.base.Sha256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mini Sigstore against cosign 3: it accepts what is good here, so the tests are fair. */
class CosignOracleTest {
  @TempDir Path folder;

  private final MiniSigner signer = new MiniSigner(new MiniSigstore());
  private String cosign = "";

  @BeforeEach
  void findCosign() throws IOException, InterruptedException {
    Optional<String> found = Stream.of("cosign3", "cosign").filter(this::isThird).findFirst();
    assumeThat(found).as("cosign 3 is not on the search path").isPresent();
    cosign = found.orElseThrow();
  }

  private boolean isThird(String program) {
    try {
      // Debian's cosign does not know its own version. In the third, bundles are not optional.
      String help = run(program, "verify-blob", "--help");
      return help.contains("--trusted-root") && !help.contains("--new-bundle-format");
    } catch (IOException | InterruptedException _) {
      return false;
    }
  }

  private String run(String... command) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("TUF_ROOT", folder.resolve("tuf").toString());
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return Files.readString(log);
  }

  private String verify(String verb, String... more) throws IOException, InterruptedException {
    Path bundle = Files.write(folder.resolve("bundle.json"), MiniSigstore.json(signer.bundle()));
    Path root = Files.writeString(folder.resolve("root.json"), signer.sigstore.trustedRoot());
    Path file = Files.write(folder.resolve("file"), signer.artifact);
    String[] command =
        Stream.concat(
                Stream.of(
                    cosign,
                    verb,
                    "--bundle=" + bundle,
                    "--trusted-root=" + root,
                    "--certificate-identity=" + MiniSigner.SUBJECT,
                    "--certificate-oidc-issuer=" + MiniSigner.ISSUER),
                Stream.concat(Stream.of(more), Stream.of(file.toString())))
            .toArray(String[]::new);
    return run(command);
  }

  @Test
  void cosignAcceptsMessageInFirstRekor() throws IOException, InterruptedException {
    assertThat(verify("verify-blob")).contains("Verified OK");
  }

  @Test
  void cosignAcceptsMessageInSecondRekor() throws IOException, InterruptedException {
    signer.second();
    assertThat(verify("verify-blob", "--use-signed-timestamps")).contains("Verified OK");
  }

  @Test
  void cosignAcceptsStatementInFirstRekor() throws IOException, InterruptedException {
    signer.statement = Optional.of(MiniSigner.statement(Sha256.hex(MiniSigner.ARTIFACT)));
    assertThat(verify("verify-blob-attestation", "--type=https://sigstore.dev/cosign/sign/v1"))
        .contains("Verified OK");
  }

  @Test
  void cosignRefusesWhatIsRefusedHere() throws IOException, InterruptedException {
    signer.certificateLogSigner = MiniCertificate.ec();
    assertThat(verify("verify-blob")).doesNotContain("Verified OK").contains("rror");
  }
}
