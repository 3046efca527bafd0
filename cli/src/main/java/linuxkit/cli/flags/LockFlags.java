package linuxkit.cli.flags;

import java.nio.file.Path;
import java.util.Optional;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.engine.SystemOptions;

/** The flags for the use of lock files. */
public final class LockFlags {
  public static final Flag<Optional<String>> LOCK =
      Flag.text(
          "FILE",
          "Lock file (default: beside the last manifest, as web.lock for web.yml).",
          "--lock");
  private static final Flag<Boolean> LOCKED =
      Flag.flag("Fail if there is no lock file.", "--locked");

  private LockFlags() {}

  /** Adds the flags to a command that builds. */
  public static CommandSyntax add(CommandSyntax syntax) {
    return syntax.with(LOCK).with(LOCKED);
  }

  /** Returns the use of a lock file. */
  public static SystemOptions.LockUse of(Flags flags) {
    return new SystemOptions.LockUse(flags.get(LOCK).map(Path::of), flags.get(LOCKED));
  }
}
