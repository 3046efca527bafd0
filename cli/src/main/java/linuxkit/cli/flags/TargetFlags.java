package linuxkit.cli.flags;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.boot.Format;
import linuxkit.boot.Formats;
import linuxkit.boot.RawCompression;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.engine.BuildRequest;
import linuxkit.engine.BuildTarget;

/** The flags of a build that say what it makes and where it puts it. */
public final class TargetFlags {
  public static final Flag<List<String>> FORMAT =
      Flag.list(
              "FORMAT",
              "Output format (default: kernel+initrd): "
                  + String.join(", ", Formats.labels())
                  + "; repeatable.",
              "-f",
              "--format")
          .suggesting(Formats::labels);
  public static final Flag<Optional<String>> NAME =
      Flag.text("NAME", "Base name of the outputs (default: the last manifest's).", "--name");
  public static final Flag<Optional<String>> DIR =
      Flag.text("DIR", "Directory of the outputs (default: the current one).", "--dir");
  public static final Flag<Optional<String>> OUTPUT =
      Flag.text("FILE", "Write the only output to this file; - is standard output.", "-o", "--o");
  public static final Flag<Boolean> PULL =
      Flag.flag("Check the registries even for images that are in the store.", "--pull");
  public static final Flag<Optional<String>> INPUT_TAR =
      Flag.text(
          "FILE",
          "Accepted for compatibility but ignored: the store tracks what has changed.",
          "--input-tar");

  private TargetFlags() {}

  /**
   * Returns what to write, and where.
   *
   * @param standardOutput of a build to {@code -}; stays open
   * @throws UsageFailure if the flags contradict each other
   */
  public static BuildTarget of(Flags flags, OutputStream standardOutput) {
    List<Format> formats = new ArrayList<>(flags.get(FORMAT).stream().map(Formats::named).toList());
    Optional<String> output = flags.get(OUTPUT);
    if (formats.isEmpty()) {
      formats.add(output.isPresent() ? Formats.TAR : Formats.KERNEL_INITRD);
    }
    return output.isPresent()
        ? streamed(flags, formats, output.get(), standardOutput)
        : new BuildTarget.Named(
            formats,
            Path.of(flags.get(DIR).orElse("")),
            flags.get(NAME).orElseGet(() -> BuildRequest.defaultName(flags.arguments().getLast())));
  }

  /** Checks {@code --input-tar}: the archive is not read, but what LinuxKit refuses is refused. */
  public static void checkInput(Flags flags, BuildTarget target, RawCompression compression) {
    if (flags.get(INPUT_TAR).isEmpty()) {
      return;
    }
    String input = flags.get(INPUT_TAR).get();
    if (flags.get(PULL)) {
      throw new UsageFailure("--input-tar and --pull cannot be combined", "use only one of them");
    }
    if (target.writes(Path.of(input), compression)) {
      throw new UsageFailure(
          "--input-tar names a file that the build writes: " + input, "choose another file");
    }
    if (!Files.isReadable(Path.of(input))) {
      throw FileFailure.of(
          "cannot read the archive", Path.of(input), new NoSuchFileException(input));
    }
  }

  private static BuildTarget streamed(
      Flags flags, List<Format> formats, String output, OutputStream standardOutput) {
    if (formats.size() > 1) {
      throw new UsageFailure(
          "--o takes one format, not " + formats.size(),
          "use --name and --dir for several formats");
    }
    if (flags.get(NAME).isPresent() || flags.get(DIR).isPresent()) {
      throw new UsageFailure(
          "--o cannot be combined with --name or --dir",
          "use --o for one file, or --name and --dir");
    }
    Format format = formats.getFirst();
    if (!format.isStreamed()) {
      boolean single = format.suffixes(RawCompression.NONE).size() == 1;
      throw new UsageFailure(
          "the format "
              + format.label()
              + (single
                  ? " cannot be written as a stream, which --o requires"
                  : " consists of several files, which --o cannot write"),
          "use --name and --dir");
    }
    return output.equals("-")
        ? new BuildTarget.ToStream(format, standardOutput, "standard output")
        : new BuildTarget.ToFile(format, Path.of(output));
  }
}
