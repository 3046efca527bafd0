package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.util.ArrayList;
import java.util.List;
import linuxkit.base.Progress;
import linuxkit.boot.read.BuiltSystem;
import linuxkit.cli.console.QuietProgress;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.flags.PermissionFlags;
import linuxkit.cli.flags.PlatformSyntax;
import linuxkit.cli.flags.SbomFlags;
import linuxkit.cli.flags.SystemArgument;
import linuxkit.cli.syntax.Command;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.ImageSource;
import linuxkit.engine.Permissions;
import linuxkit.engine.SystemOptions;
import linuxkit.engine.Workspace;
import linuxkit.system.assembly.FoundImages;
import linuxkit.system.assembly.SystemAssembler;
import linuxkit.system.inspect.DiffJson;
import linuxkit.system.inspect.InspectedSystem;
import linuxkit.system.inspect.SystemDiff;
import linuxkit.system.tree.PlacementListener;

/** {@code linuxkit diff}: compares two systems. */
final class DiffCommand implements Command {
  private static final Flag<Boolean> JSON = Flag.flag("Print JSON.", "--json");

  // 1 means that the command failed, as everywhere.
  private static final int DIFFERENT = 2;

  private final Terminal terminal;
  private final GlobalFlags global;
  private final Progress progress;

  private DiffCommand(Terminal terminal, GlobalFlags global, Progress progress) {
    this.terminal = terminal;
    this.global = global;
    this.progress = new QuietProgress(progress);
  }

  static CommandSyntax syntax(Terminal terminal, GlobalFlags global, Progress progress) {
    CommandSyntax diff =
        command(
                "diff",
                "Compare two systems: files, packages, container privileges, command line, sizes."
                    + " Exit status 0 if they are equal, 2 if they differ, 1 on failure.",
                new DiffCommand(terminal, global, progress))
            .with(PlatformSyntax.ARCH)
            .with(JSON)
            .arguments(
                "2",
                "SYSTEM SYSTEM",
                "Each a manifest, a built tar archive, or the name of a built kernel and initrd.")
            .example(
                "linuxkit diff old.yml new.yml",
                "linuxkit diff --json web.tar web.yml",
                "linuxkit diff web staging/web");
    return PermissionFlags.add(SbomFlags.add(diff));
  }

  @Override
  public int run(Flags flags) {
    List<String> arguments = flags.arguments();
    // Open until the comparison is done: the content of a manifest's system is read from the store.
    List<Workspace> workspaces = new ArrayList<>();
    try {
      return print(
          flags,
          SystemDiff.of(
              system(flags, arguments.getFirst(), workspaces),
              system(flags, arguments.getLast(), workspaces),
              progress));
    } finally {
      workspaces.forEach(Workspace::close);
    }
  }

  private int print(Flags flags, SystemDiff diff) {
    if (flags.get(JSON)) {
      terminal.out().json(DiffJson.of(diff));
    } else {
      new DiffTable(terminal.out()).print(diff);
    }
    return diff.isSame() ? 0 : DIFFERENT;
  }

  private InspectedSystem system(Flags flags, String argument, List<Workspace> workspaces) {
    return switch (SystemArgument.of(argument)) {
      case SystemArgument.Manifest manifest -> {
        Workspace workspace = new Workspace(global.settings(), terminal.in(), progress);
        workspaces.add(workspace);
        Permissions permissions = PermissionFlags.of(flags);
        yield InspectedSystem.of(
            SystemAssembler.assemble(
                FoundImages.find(
                    workspace.manifest(List.of(manifest.name()), permissions),
                    workspace.images(ImageSource.STORE),
                    PlatformSyntax.ofArchitecture(flags)),
                workspace.options(new SystemOptions(false, SbomFlags.of(flags), permissions)),
                progress));
      }
      case SystemArgument.Tar tar -> BuiltSystem.tar(tar.file(), PlacementListener.NONE);
      case SystemArgument.Initrd initrd ->
          BuiltSystem.kernelInitrd(
              initrd.initrd(), initrd.kernel(), initrd.cmdline(), PlacementListener.NONE);
      case SystemArgument.ImageName _ ->
          throw new UsageFailure(
              "neither a manifest nor a built system: " + argument,
              "name a manifest, a tar archive, or a built kernel and initrd (without -initrd.img)");
    };
  }
}
