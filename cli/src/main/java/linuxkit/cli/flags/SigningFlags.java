package linuxkit.cli.flags;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.signing.ImageSigner;
import linuxkit.engine.signing.SignatureForm;
import linuxkit.trust.keys.Secret;
import linuxkit.trust.keys.SigningKey;
import linuxkit.trust.keys.SigningKeys;

/** The flags for keys that sign. */
public final class SigningFlags {
  /** The key of a command that signs. */
  public static final Flag<Optional<String>> KEY =
      Flag.text("KEY", "Sign with this key: a PKCS#8 file in PEM, or a pkcs11: URI.", "--key");

  /** The key of a command that signs what it pushes. */
  public static final Flag<Optional<String>> SIGN =
      Flag.text(
          "KEY",
          "Sign the images with this key: a PKCS#8 file in PEM, or a pkcs11: URI.",
          "--sign");

  private static final Flag<Optional<String>> FORM =
      Flag.text(
              "FORM",
              "Form of the signatures: bundle (cosign 3), classic (cosign 1 and 2), or both (default).",
              "--form")
          .suggesting(() -> List.of("both", "bundle", "classic"));

  /** The password of a key that signs. */
  static final Flag<Optional<String>> KEY_PASSWORD =
      Flag.text(
          "FILE|env:NAME",
          "File or environment variable with the password of the key, or its PIN.",
          "--key-password");

  private static final String VARIABLE = "env:";

  private SigningFlags() {}

  /** Adds {@code --key} and its companions to a command. */
  public static CommandSyntax addKey(CommandSyntax syntax) {
    return addOthers(syntax.with(KEY));
  }

  /** Adds {@code --sign} and its companions to a command. */
  public static CommandSyntax addSign(CommandSyntax syntax) {
    return addOthers(syntax.with(SIGN));
  }

  private static CommandSyntax addOthers(CommandSyntax syntax) {
    return syntax.with(FORM).with(KEY_PASSWORD);
  }

  /**
   * Opens the key that a flag names, before anything else is done.
   *
   * @param flag {@link #KEY} or {@link #SIGN}
   * @return the key, which the caller closes, and the forms; empty if the flag is not given
   * @throws linuxkit.base.Failure if the key cannot be used
   */
  public static Optional<ImageSigner.Signature> of(
      Flags flags, Flag<Optional<String>> flag, Map<String, String> environment) {
    SignatureForm form = form(flags.get(FORM));
    Optional<Secret> secret = secret(flags, environment);
    if (flags.get(flag).isEmpty()) {
      if (flags.get(FORM).isPresent() || secret.isPresent()) {
        throw new UsageFailure(flag.name() + " is missing", "name the key with it");
      }
      return Optional.empty();
    }
    SigningKey key = SigningKeys.open(flags.get(flag).get(), secret, environment);
    return Optional.of(new ImageSigner.Signature(key, form));
  }

  private static SignatureForm form(Optional<String> name) {
    return switch (name.orElse("both").toLowerCase(Locale.ROOT)) {
      case "both" -> SignatureForm.BOTH;
      case "bundle" -> SignatureForm.BUNDLE;
      case "classic" -> SignatureForm.CLASSIC;
      default ->
          throw new UsageFailure(
              "unknown form of signatures: " + name.orElse(""), "use both, bundle or classic");
    };
  }

  /** Returns where the password of the key is. */
  static Optional<Secret> secret(Flags flags, Map<String, String> environment) {
    return flags
        .get(KEY_PASSWORD)
        .map(
            place ->
                place.startsWith(VARIABLE)
                    ? new Secret.InEnvironment(place.substring(VARIABLE.length()), environment)
                    : new Secret.InFile(Path.of(place)));
  }
}
