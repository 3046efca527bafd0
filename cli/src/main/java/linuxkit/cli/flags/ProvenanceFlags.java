package linuxkit.cli.flags;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.BuildRequest;
import linuxkit.engine.SystemBuild;
import linuxkit.engine.provenance.BuildProvenance;
import linuxkit.trust.keys.SigningKey;
import linuxkit.trust.keys.SigningKeys;

/** The flags of a build for its provenance. */
public final class ProvenanceFlags {
  private static final Flag<Optional<String>> PROVENANCE =
      Flag.text(
          "FILE",
          "Write the build's provenance (in-toto, SLSA v1), which verify checks outputs against.",
          "--provenance");
  private static final Flag<Optional<String>> SIGN =
      Flag.text("KEY", "Sign the provenance: a PKCS#8 key in PEM, or a pkcs11: URI.", "--sign");

  private ProvenanceFlags() {}

  /** Adds the flags to a command. */
  public static CommandSyntax add(CommandSyntax build) {
    return build.with(PROVENANCE).with(SIGN).with(SigningFlags.KEY_PASSWORD);
  }

  /**
   * Returns whether provenance is to be written.
   *
   * @throws UsageFailure if a flag needs another one
   */
  public static boolean isAsked(Flags flags) {
    if (flags.get(SIGN).isPresent() && flags.get(PROVENANCE).isEmpty()) {
      throw new UsageFailure(
          "--sign signs the provenance, which is not requested", "add --provenance FILE");
    }
    if (flags.get(SigningFlags.KEY_PASSWORD).isPresent() && flags.get(SIGN).isEmpty()) {
      throw new UsageFailure("--key-password is for a key, which is not given", "add --sign KEY");
    }
    return flags.get(PROVENANCE).isPresent();
  }

  /** Builds a system and writes its provenance. */
  public static void build(
      Flags flags,
      SystemBuild build,
      BuildRequest request,
      String version,
      Map<String, String> environment) {
    // The key is opened first, so that one that cannot be used is reported before the build.
    Optional<SigningKey> key = flags.get(SIGN).map(name -> key(flags, name, environment));
    try {
      BuildProvenance.build(
          build,
          request,
          new BuildProvenance.Builder(BuildProvenance.Builder.LOCAL, version),
          Path.of(flags.get(PROVENANCE).orElseThrow()),
          key);
    } finally {
      key.ifPresent(SigningKey::close);
    }
  }

  private static SigningKey key(Flags flags, String name, Map<String, String> environment) {
    return SigningKeys.open(name, SigningFlags.secret(flags, environment), environment);
  }
}
