package linuxkit.trust.sigstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.Sha256;
import linuxkit.fixtures.CosignProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mini Sigstore against cosign 3: it accepts what is good here, so the tests are fair. */
class CosignOracleTest {
  @TempDir Path folder;

  private final MiniSigner signer = new MiniSigner(new MiniSigstore());

  private CosignProgram cosign() {
    Optional<CosignProgram> third =
        CosignProgram.installed().stream().filter(each -> each.major() == 3).findFirst();
    assumeThat(third).as("cosign 3 is not installed").isPresent();
    return third.orElseThrow();
  }

  private String verify(String verb, String... more) throws IOException, InterruptedException {
    CosignProgram program = cosign();
    Path bundle = Files.write(folder.resolve("bundle.json"), MiniSigstore.json(signer.bundle()));
    Path root = Files.writeString(folder.resolve("root.json"), signer.sigstore.trustedRoot());
    Path file = Files.write(folder.resolve("file"), signer.artifact);
    Stream<String> options =
        Stream.of(
            verb,
            "--bundle=" + bundle,
            "--trusted-root=" + root,
            "--certificate-identity=" + MiniSigner.SUBJECT,
            "--certificate-oidc-issuer=" + MiniSigner.ISSUER);
    return program.run(
        folder,
        Stream.of(options, Stream.of(more), Stream.of(file.toString()))
            .flatMap(each -> each)
            .toArray(String[]::new));
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
  void cosignRefusesForgedPromise() {
    cosign();
    signer.certificateLogSigner = MiniCertificate.ec();
    assertThatThrownBy(() -> verify("verify-blob"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("signed certificate timestamp");
  }
}
