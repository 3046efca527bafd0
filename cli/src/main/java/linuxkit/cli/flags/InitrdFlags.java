package linuxkit.cli.flags;

import java.util.Optional;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.Settings;
import linuxkit.engine.UserConfiguration;

/** The flag of a build for the initrd, and what replaces it in scripts that do not have it. */
public final class InitrdFlags {
  private static final String VARIABLE = "LINUXKIT_INITRD_COMPRESSION";
  private static final Flag<Optional<String>> COMPRESSION =
      Flag.text(
          "NAME",
          "Compression of the initrd: zstd (default), gzip or none for a single archive, or erofs,"
              + " which stays compressed in memory. zstd:19 and erofs:19 take longer and give less"
              + " (default: $LINUXKIT_INITRD_COMPRESSION).",
          "--initrd-compression");

  private InitrdFlags() {}

  /** Adds the flags to a command. */
  public static CommandSyntax add(CommandSyntax build) {
    return build.with(COMPRESSION);
  }

  /**
   * Returns the compression that the flag, the environment or the user's configuration asks for, in
   * this order.
   *
   * @throws UsageFailure if there is no such compression
   */
  public static InitrdCompression of(Flags flags, Settings settings) {
    if (flags.get(COMPRESSION).isPresent()) {
      return parse(flags.get(COMPRESSION).get(), "");
    }
    String variable = settings.environment().getOrDefault(VARIABLE, "");
    return variable.isEmpty()
        ? UserConfiguration.of(settings).initrdCompression().orElse(InitrdCompression.ZSTD)
        : parse(variable, " in " + VARIABLE);
  }

  private static InitrdCompression parse(String name, String where) {
    return InitrdCompression.parse(name)
        .orElseThrow(
            () ->
                new UsageFailure(
                    "unknown compression" + where + ": " + name, InitrdCompression.NAMES));
  }
}
