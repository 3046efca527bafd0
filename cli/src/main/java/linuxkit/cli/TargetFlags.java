package linuxkit.cli;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.boot.Format;
import linuxkit.engine.BuildRequest;
import linuxkit.engine.BuildTarget;

/** The flags of a build that say what it makes and where it puts it. */
final class TargetFlags {
  private TargetFlags() {}

  static BuildTarget of(Flags flags, OutputStream standardOutput) {
    List<Format> formats =
        new ArrayList<>(flags.texts("--format").stream().map(Format::named).toList());
    Optional<String> output = flags.text("--o");
    if (formats.isEmpty()) {
      formats.add(output.isPresent() ? Format.TAR : Format.KERNEL_INITRD);
    }
    BuildTarget target =
        output.isPresent()
            ? streamed(flags, formats, output.get(), standardOutput)
            : new BuildTarget.Named(
                formats,
                Path.of(flags.text("--dir").orElse("")),
                flags
                    .text("--name")
                    .orElseGet(() -> BuildRequest.defaultName(flags.arguments().getLast())));
    flags.text("--input-tar").ifPresent(input -> checkInput(input, target, flags));
    return target;
  }

  // The archive is not read, but what LinuxKit takes for a mistake most likely is one.
  private static void checkInput(String input, BuildTarget target, Flags flags) {
    if (flags.isSet("--pull")) {
      throw new UsageFailure("--input-tar and --pull contradict each other", "give one of them");
    }
    if (target.writes(Path.of(input))) {
      throw new UsageFailure("--input-tar is the file to be written: " + input, "name another");
    }
  }

  private static BuildTarget streamed(
      Flags flags, List<Format> formats, String output, OutputStream standardOutput) {
    if (formats.size() > 1) {
      throw new UsageFailure(
          "--o takes one format, not " + formats.size(), "use --name and --dir for several");
    }
    if (flags.text("--name").isPresent() || flags.text("--dir").isPresent()) {
      throw new UsageFailure(
          "--o says where the output goes; so do --name and --dir", "give one or the other");
    }
    Format format = formats.getFirst();
    if (!format.isStreamed()) {
      throw new UsageFailure(
          "the format " + format.label() + " makes several files and cannot be written to --o",
          "use --name and --dir");
    }
    return output.equals("-")
        ? new BuildTarget.ToStream(format, standardOutput, "standard output")
        : new BuildTarget.ToFile(format, Path.of(output));
  }
}
