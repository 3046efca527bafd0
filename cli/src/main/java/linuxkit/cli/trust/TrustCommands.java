package linuxkit.cli.trust;

import linuxkit.cli.console.Terminal;
import linuxkit.cli.syntax.CommandSyntax;

/** {@code linuxkit trust}: commands that examine signatures and policies. */
public final class TrustCommands {
  private TrustCommands() {}

  /** Adds the commands to their group. */
  public static CommandSyntax addTo(CommandSyntax group, Terminal terminal) {
    return group
        .with(VerifyBundleCommand.syntax(terminal))
        .example("linuxkit trust verify-bundle --bundle web.sigstore.json --key builder.pub web");
  }
}
