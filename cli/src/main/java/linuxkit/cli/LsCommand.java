package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.time.Instant;
import java.util.Locale;
import linuxkit.boot.unpack.ArtefactReader;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.flags.ArtefactArgument;
import linuxkit.cli.syntax.Command;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.filesystem.read.StoredFile;

/** {@code linuxkit ls}: lists the files of an artefact. */
final class LsCommand implements Command {
  private static final Flag<Boolean> LONG =
      Flag.flag("Show type, mode, owner, size and time, too.", "-l", "--long");

  private final Terminal terminal;

  private LsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  static CommandSyntax syntax(Terminal terminal) {
    return command(
            "ls",
            "List the files of a built system: those of an initrd, a tar archive, a root file"
                + " system, a disc, a disk's partition, or a unified kernel image.",
            new LsCommand(terminal))
        .with(LONG)
        .arguments("1", "NAME", "A file that was built, or the name of a system.")
        .example("linuxkit ls web", "linuxkit ls -l web-initrd.img", "linuxkit ls web.qcow2");
  }

  @Override
  public int run(Flags flags) {
    boolean detailed = flags.get(LONG);
    ArtefactReader.read(
        ArtefactArgument.find(flags.arguments().getFirst()),
        (file, _) -> {
          if (!file.path().isEmpty()) {
            terminal.out().line(detailed ? detailed(file) : file.path());
          }
        });
    return 0;
  }

  private static String detailed(StoredFile file) {
    String device = file.device().major() + "," + file.device().minor();
    String line =
        switch (file.type()) {
          case FILE -> line('-', file, Long.toString(file.size()));
          case HARD_LINK -> line('h', file, Long.toString(file.size()));
          case DIRECTORY -> line('d', file, "0");
          case SYMLINK -> line('l', file, "0");
          case CHARACTER_DEVICE -> line('c', file, device);
          case BLOCK_DEVICE -> line('b', file, device);
          case FIFO -> line('p', file, "0");
        };
    return switch (file.type()) {
      case SYMLINK -> line + " -> " + file.link();
      case HARD_LINK -> line + " link to " + file.link();
      case FILE, DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> line;
    };
  }

  private static String line(char type, StoredFile file, String size) {
    return String.format(
        Locale.ROOT,
        "%c%04o %5d:%-5d %11s %s %s",
        type,
        file.metadata().permissions(),
        file.metadata().uid(),
        file.metadata().gid(),
        size,
        Instant.ofEpochSecond(Math.clamp(file.metadata().modified(), 0, 0xffff_ffffL)),
        file.path());
  }
}
