package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.nio.file.Path;
import java.util.List;
import linuxkit.base.Progress;
import linuxkit.boot.read.BuiltSystem;
import linuxkit.cli.console.QuietProgress;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.flags.PermissionFlags;
import linuxkit.cli.flags.PlatformSyntax;
import linuxkit.cli.flags.SystemArgument;
import linuxkit.cli.syntax.Command;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flags;
import linuxkit.engine.ImageAccess;
import linuxkit.engine.ImageSource;
import linuxkit.engine.Permissions;
import linuxkit.engine.SystemOptions;
import linuxkit.engine.Workspace;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.system.inspect.InspectedSystem;
import linuxkit.system.inspect.Why;
import linuxkit.system.inspect.WhyImage;
import linuxkit.system.inspect.WhyManifest;
import linuxkit.system.inspect.WhyTree;

/** {@code linuxkit why}: shows where a file of a system comes from. */
final class WhyCommand implements Command {

  private final Terminal terminal;
  private final GlobalFlags global;
  private final Progress progress;

  private WhyCommand(Terminal terminal, GlobalFlags global, Progress progress) {
    this.terminal = terminal;
    this.global = global;
    this.progress = new QuietProgress(progress);
  }

  static CommandSyntax syntax(Terminal terminal, GlobalFlags global, Progress progress) {
    return command(
            "why",
            "Show which image, layer and manifest line put a file into a system, and what it replaced.",
            new WhyCommand(terminal, global, progress))
        .with(PlatformSyntax.ARCH)
        .with(PermissionFlags.ALLOW_SOURCE)
        .arguments(
            "2",
            "SYSTEM PATH",
            "A manifest, a built tar archive, an image's name, or the name of a built kernel and"
                + " initrd; and a path in its root.")
        .example(
            "linuxkit why web.yml /usr/sbin/runc",
            "linuxkit why web.yml /containers/services/nginx/rootfs/usr/sbin/nginx",
            "linuxkit why nginx:1.27 /etc/nginx/nginx.conf");
  }

  @Override
  public int run(Flags flags) {
    List<String> arguments = flags.arguments();
    for (String line : ask(flags, arguments.getFirst(), arguments.getLast()).lines()) {
      terminal.out().line(line);
    }
    return 0;
  }

  private Why ask(Flags flags, String system, String path) {
    return switch (SystemArgument.of(system)) {
      case SystemArgument.Manifest manifest -> {
        try (Workspace workspace = new Workspace(global.settings(), terminal.in(), progress)) {
          yield WhyManifest.ask(
              workspace.manifest(
                  List.of(manifest.name()),
                  new Permissions(
                      flags.get(PermissionFlags.ALLOW_SOURCE).stream().map(Path::of).toList(),
                      true)),
              workspace.images(ImageSource.STORE),
              PlatformSyntax.ofArchitecture(flags),
              workspace.options(SystemOptions.DEFAULT),
              progress,
              path,
              system);
        }
      }
      case SystemArgument.Tar tar -> {
        WhyTree why = new WhyTree();
        InspectedSystem built = BuiltSystem.tar(tar.file(), why);
        yield why.ask(built.files(), path, system);
      }
      case SystemArgument.Initrd initrd -> {
        WhyTree why = new WhyTree();
        InspectedSystem built =
            BuiltSystem.kernelInitrd(initrd.initrd(), initrd.kernel(), initrd.cmdline(), why);
        yield why.ask(built.files(), path, system);
      }
      case SystemArgument.ImageName image -> {
        try (ImageAccess access = new ImageAccess(global.settings(), progress)) {
          yield WhyImage.ask(
              access
                  .images(Puller.When.MISSING)
                  .find(image.reference(), PlatformSyntax.ofArchitecture(flags)),
              path);
        }
      }
    };
  }
}
