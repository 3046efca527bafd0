package linuxkit.cli.trust;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.syntax.Command;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.trust.Evidence;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.keys.VerificationKey;
import linuxkit.trust.sigstore.Artifact;
import linuxkit.trust.sigstore.KeylessIdentity;
import linuxkit.trust.sigstore.SigstoreVerifier;
import linuxkit.trust.sigstore.TrustedRoot;
import linuxkit.trust.sigstore.VerifiedBundle;

/** {@code linuxkit trust verify-bundle}: verifies a file against a Sigstore bundle. */
final class VerifyBundleCommand implements Command {
  private static final Flag<Optional<String>> BUNDLE =
      Flag.text("FILE", "The Sigstore bundle of the signature.", "--bundle");
  private static final Flag<Optional<String>> IDENTITY =
      Flag.text("ID", "The subject that the certificate must have.", "--certificate-identity");
  private static final Flag<Optional<String>> ISSUER =
      Flag.text("URL", "The issuer that the certificate must have.", "--certificate-oidc-issuer");
  private static final Flag<Optional<String>> KEY =
      Flag.text("FILE", "The public key that must have signed, instead of an identity.", "--key");
  private static final Flag<Optional<String>> ROOT =
      Flag.text(
          "FILE",
          "The trusted_root.json of the Sigstore instance; with --key, also requires a log entry.",
          "--trusted-root");

  private static final int MAX_KEY = 64 << 10;
  private static final int MAX_ROOT = 1 << 20;

  private final Terminal terminal;

  private VerifyBundleCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  static CommandSyntax syntax(Terminal terminal) {
    return command(
            "verify-bundle",
            "Verify a file, or a digest, against a Sigstore bundle. Uses no network.",
            new VerifyBundleCommand(terminal))
        .with(BUNDLE)
        .with(IDENTITY)
        .with(ISSUER)
        .with(KEY)
        .with(ROOT)
        .arguments("1", "FILE", "The file that was signed, or its digest as sha256:HEX.")
        .example(
            "linuxkit trust verify-bundle --bundle web.sigstore.json --key builder.pub web.qcow2");
  }

  @Override
  public int run(Flags flags) {
    byte[] bundle =
        read(required(flags, BUNDLE, "give the bundle with --bundle"), Evidence.MAX_DOCUMENT);
    Artifact artifact = artifact(flags.arguments().getFirst());
    VerifiedBundle verified =
        flags.get(KEY).isPresent()
            ? withKey(flags, bundle, artifact)
            : keyless(flags, bundle, artifact);
    terminal.out().line("verified: " + verified.subject() + " is signed by " + verified.signer());
    return 0;
  }

  private static VerifiedBundle keyless(Flags flags, byte[] bundle, Artifact artifact) {
    String hint = "give --certificate-identity and --certificate-oidc-issuer, or --key";
    KeylessIdentity identity =
        KeylessIdentity.exact(required(flags, ISSUER, hint), required(flags, IDENTITY, hint));
    String root =
        required(
            flags, ROOT, "give the trusted_root.json of the Sigstore instance with --trusted-root");
    return new SigstoreVerifier(root(root), InstantSource.system())
        .keyless(bundle, artifact, identity);
  }

  private static VerifiedBundle withKey(Flags flags, byte[] bundle, Artifact artifact) {
    if (flags.get(IDENTITY).isPresent() || flags.get(ISSUER).isPresent()) {
      throw new UsageFailure("--key and an identity exclude each other", "give one of them");
    }
    String file = flags.get(KEY).orElseThrow();
    VerificationKey key = VerificationKey.parse(read(file, MAX_KEY), file);
    return flags
        .get(ROOT)
        .map(
            root ->
                new SigstoreVerifier(root(root), InstantSource.system())
                    .withKey(bundle, artifact, key))
        .orElseGet(() -> SigstoreVerifier.withKeyAlone(bundle, artifact, key));
  }

  private static TrustedRoot root(String file) {
    return TrustedRoot.parse(read(file, MAX_ROOT), file);
  }

  private static Artifact artifact(String text) {
    Path file = Path.of(text);
    return text.startsWith("sha256:") && !Files.exists(file)
        ? Artifact.of(List.of(text))
        : Artifact.of(file);
  }

  private static String required(Flags flags, Flag<Optional<String>> flag, String hint) {
    return flags
        .get(flag)
        .orElseThrow(() -> new UsageFailure("missing option: " + flag.name(), hint));
  }

  private static byte[] read(String name, int most) {
    Path file = Path.of(name);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(most + 1);
      if (content.length > most) {
        throw new TrustFailure("the file is larger than " + most + " bytes", name, "");
      }
      return content;
    } catch (IOException e) {
      throw FileFailure.of("cannot read the file", file, e);
    }
  }
}
