package linuxkit.cli.flags;

import java.nio.file.Path;
import java.util.List;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.engine.Permissions;

/** The flags for what the manifests and images of others may do. */
public final class PermissionFlags {
  public static final Flag<List<String>> ALLOW_SOURCE =
      Flag.texts(
          "DIR",
          "Let manifests from addresses take files in this folder; repeatable.",
          "--allow-source");
  static final Flag<Boolean> IGNORE_LABELS =
      Flag.flag(
          "Give containers only what the manifest says, and nothing by the labels of their images.",
          "--ignore-labels");

  private PermissionFlags() {}

  /** Adds the flags to a command. */
  public static CommandSyntax add(CommandSyntax syntax) {
    return syntax.with(ALLOW_SOURCE).with(IGNORE_LABELS);
  }

  /** Returns what the flags permit. */
  public static Permissions of(Flags flags) {
    return new Permissions(
        flags.get(ALLOW_SOURCE).stream().map(Path::of).toList(), !flags.get(IGNORE_LABELS));
  }
}
