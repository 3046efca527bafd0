package linuxkit.test.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.fixtures.CosignProgram;
import linuxkit.trust.sigstore.MiniSigner;
import linuxkit.trust.sigstore.MiniSigstore;
import org.junit.jupiter.api.Test;

/** Whole builds under a policy with an identity of a Sigstore instance that runs in this test. */
class KeylessTest extends PolicyBuilds {
  private final MiniSigstore sigstore = new MiniSigstore();

  private void policy(String issuer, String subject, MiniSigstore instance) throws IOException {
    Files.writeString(work.resolve("root.json"), instance.trustedRoot());
    policy(signer(issuer, subject));
  }

  private static String signer(String issuer, String subject) {
    return "{keyless: {issuer: '%s', %s, trustedRoot: root.json}}".formatted(issuer, subject);
  }

  private static String exactly(String subject) {
    return "subject: " + subject;
  }

  @Test
  void acceptsTheIdentityAndNoOther() throws Exception {
    attach(digest("1"), sigstore.signedImage(digest("1")));
    String who = MiniSigner.SUBJECT;
    policy(MiniSigner.ISSUER, exactly(who), sigstore);
    emptyStore();
    assertAccepted(image);
    String signer = "the signer is " + who + " (" + MiniSigner.ISSUER + "), not ";
    policy(MiniSigner.ISSUER, exactly("evil-" + who), sigstore);
    assertRefusedFromAnEmptyStore(image, signer + "evil-" + who + " (" + MiniSigner.ISSUER + ")");
    policy("https://other.example", exactly(who), sigstore);
    assertRefusedFromAnEmptyStore(image, signer + who + " (https://other.example)");
    policy(MiniSigner.ISSUER, "subjectRegex: 'builder'", sigstore);
    assertRefusedFromAnEmptyStore(image, signer);
    policy(MiniSigner.ISSUER, exactly(who), new MiniSigstore());
    assertRefusedFromAnEmptyStore(image, "the entry is of a log that is not trusted");
  }

  @Test
  void refusesASignatureOfAnotherImage() throws Exception {
    attach(digest("1"), sigstore.signedImage("sha256:" + "0".repeat(64)));
    policy(MiniSigner.ISSUER, exactly(MiniSigner.SUBJECT), sigstore);
    assertRefusedFromAnEmptyStore(image, "the statement is not about " + digest("1"));
  }

  @Test
  void appliesAChangedPolicyWithoutTheRegistry() throws Exception {
    attach(digest("1"), sigstore.signedImage(digest("1")));
    policy(MiniSigner.ISSUER, exactly(MiniSigner.SUBJECT), sigstore);
    emptyStore();
    assertAccepted(image);
    registry.close();
    policy(MiniSigner.ISSUER, "subjectRegex: '.*@example[.]com'", sigstore);
    assertAccepted(image);
    policy(MiniSigner.ISSUER, "subjectRegex: '.*@example[.]org'", sigstore);
    assertRefused(image, "the signer is " + MiniSigner.SUBJECT);
    policy(MiniSigner.ISSUER, exactly(MiniSigner.SUBJECT), new MiniSigstore());
    assertRefused(image, "the entry is of a log that is not trusted");
    policy(MiniSigner.ISSUER, exactly(MiniSigner.SUBJECT), sigstore);
    assertAccepted(image);
  }

  /** As {@code cosign sign-blob} signs a file with the bytes of the manifest. */
  @Test
  void refusesASignatureOfAFileAsCosignDoes() throws Exception {
    attach(digest("1"), sigstore.signedFile(manifest("GET", digest("1"), "").getBytes(UTF_8)));
    policy(MiniSigner.ISSUER, exactly(MiniSigner.SUBJECT), sigstore);
    assertRefusedFromAnEmptyStore(
        image, "the bundle is a signature of a file, not a statement about an image");
    for (CosignProgram cosign : CosignProgram.installed()) {
      if (cosign.major() == 3) {
        assertThatThrownBy(() -> verify(cosign))
            .hasMessageContaining("bundle does not contain a DSSE envelope");
        attach(digest("1"), sigstore.signedImage(digest("1")));
        assertThat(verify(cosign)).contains("claims were validated");
      }
    }
  }

  private String verify(CosignProgram cosign) throws Exception {
    return cosign.run(
        work,
        "verify",
        "--trusted-root=root.json",
        "--certificate-identity=" + MiniSigner.SUBJECT,
        "--certificate-oidc-issuer=" + MiniSigner.ISSUER,
        "--allow-insecure-registry",
        image);
  }

  @Test
  void verifiesProvenanceThatAnIdentityHasSigned() throws Exception {
    Files.writeString(work.resolve("trust.yml"), "version: 1\ndefault: allow\n" + provenance("x"));
    Files.writeString(work.resolve("root.json"), sigstore.trustedRoot());
    Files.writeString(work.resolve("web.yml"), "init: [\"" + image + "\"]\n");
    linuxkit
        .run("build", "--format=tar", "--dir=out", "--provenance=web.json", "web.yml")
        .succeeds();
    String[] verify = {"verify", "--provenance=web.json", "out/web.tar"};
    Path statement = work.resolve("web.json");
    Files.write(statement, sigstore.signed(Files.readString(statement)));
    assertThat(linuxkit.run(verify).fails().err())
        .contains("policy: refused by the rule provenance at trust.yml:4:3")
        .contains("no valid signature by keyless x");
    Files.writeString(work.resolve("other.yml"), "version: 1\n" + provenance(MiniSigner.SUBJECT));
    assertThat(linuxkit.run("verify", "--trust=other.yml", verify[1], verify[2]).succeeds().out())
        .contains("policy        signed by " + MiniSigner.SUBJECT);
  }

  private static String provenance(String subject) {
    return "provenance:\n  require: [" + signer(MiniSigner.ISSUER, exactly(subject)) + "]\n";
  }
}
