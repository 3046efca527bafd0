package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.nio.file.Path;
import linuxkit.base.Progress;
import linuxkit.boot.unpack.Unpacker;
import linuxkit.cli.flags.ArtefactArgument;
import linuxkit.cli.syntax.Command;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;

/** {@code linuxkit unpack}: unpacks an artefact into a folder. */
final class UnpackCommand implements Command {
  private static final Flag<Boolean> PRESERVE =
      Flag.flag("Keep owners, and set-id and sticky modes; requires root.", "-p", "--preserve");

  private final Progress progress;

  private UnpackCommand(Progress progress) {
    this.progress = progress;
  }

  static CommandSyntax syntax(Progress progress) {
    return command(
            "unpack",
            "Unpack the files of a built system, in any format that ls reads, into a new folder.",
            new UnpackCommand(progress))
        .with(PRESERVE)
        .arguments("2", "NAME DIR", "A file that was built, or the name of a system; and a folder.")
        .example("linuxkit unpack web web.files", "linuxkit unpack web-squashfs.img root");
  }

  @Override
  public int run(Flags flags) {
    Path artefact = ArtefactArgument.find(flags.arguments().getFirst());
    Path folder = Path.of(flags.arguments().getLast());
    int skipped = Unpacker.unpack(artefact, folder, flags.get(PRESERVE));
    if (skipped > 0) {
      progress.warn(
          skipped == 1
              ? "a device or pipe was left out"
              : skipped + " devices and pipes were left out");
    }
    return 0;
  }
}
