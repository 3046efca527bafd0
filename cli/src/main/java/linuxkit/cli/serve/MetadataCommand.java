package linuxkit.cli.serve;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import linuxkit.base.FileFailure;
import linuxkit.base.own.NamedOutput;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flags;
import linuxkit.run.qemu.MetadataIso;

/** {@code linuxkit metadata create}: writes the CD-ROM that a guest reads its metadata from. */
public final class MetadataCommand {
  private MetadataCommand() {}

  /** Adds the command to its group. */
  public static CommandSyntax addTo(CommandSyntax group) {
    return group
        .with(
            command("create", "Write an ISO image with metadata.", MetadataCommand::create)
                .arguments("2", "ISO TEXT", "The file to write, and the metadata.")
                .example("linuxkit metadata create data.iso '{\"key\": \"value\"}'"))
        .example("linuxkit metadata create data.iso text");
  }

  private static int create(Flags flags) {
    Path file = Path.of(flags.arguments().getFirst());
    byte[] content = flags.arguments().getLast().getBytes(StandardCharsets.UTF_8);
    try {
      NamedOutput.write(file, out -> out.write(MetadataIso.of(content)));
    } catch (IOException e) {
      throw FileFailure.of("cannot write the image", file, e);
    }
    return 0;
  }
}
