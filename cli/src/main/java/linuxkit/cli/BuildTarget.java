package linuxkit.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.boot.Format;
import linuxkit.boot.Formats;

/** What a build makes and where it puts it (section 3.1 of the command line's specification). */
sealed interface BuildTarget {
  List<Format> formats();

  /** What may be written. */
  List<Path> files();

  /** Artefacts named after the system. */
  record Named(List<Format> formats, Path directory, String name) implements BuildTarget {
    @Override
    public List<Path> files() {
      return formats.stream()
          .flatMap(format -> format.suffixes().stream())
          .map(suffix -> directory.resolve(name + suffix))
          .toList();
    }
  }

  /** One streamed format, in a file of any name. */
  record ToFile(Format format, Path file) implements BuildTarget {
    @Override
    public List<Format> formats() {
      return List.of(format);
    }

    @Override
    public List<Path> files() {
      return List.of(file);
    }
  }

  record ToStandardOutput(Format format) implements BuildTarget {
    @Override
    public List<Format> formats() {
      return List.of(format);
    }

    @Override
    public List<Path> files() {
      return List.of();
    }
  }

  default boolean writes(Path file) {
    Path wanted = file.toAbsolutePath().normalize();
    return files().stream().anyMatch(f -> f.toAbsolutePath().normalize().equals(wanted));
  }

  static BuildTarget of(Flags flags) {
    List<Format> formats =
        new ArrayList<>(flags.texts("--format").stream().map(Formats::named).toList());
    Optional<String> output = flags.text("--o");
    if (formats.isEmpty()) {
      formats.add(output.isPresent() ? Formats.TAR : Formats.KERNEL_INITRD);
    }
    BuildTarget target =
        output.isPresent()
            ? streamed(flags, formats, output.get())
            : new Named(
                formats,
                Path.of(flags.text("--dir").orElse("")),
                flags.text("--name").orElseGet(() -> name(flags)));
    flags.text("--input-tar").ifPresent(input -> checkInput(input, target, flags));
    flags
        .text("--report")
        .filter(report -> target.writes(Path.of(report)))
        .ifPresent(
            report -> {
              throw new UsageFailure(
                  "--report is a file of the system that is built: " + report, "name another");
            });
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

  private static BuildTarget streamed(Flags flags, List<Format> formats, String output) {
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
    return output.equals("-") ? new ToStandardOutput(format) : new ToFile(format, Path.of(output));
  }

  /**
   * The last manifest's name without its last extension; {@code moby} for standard input, as in
   * LinuxKit.
   */
  static String name(Flags flags) {
    String last = flags.arguments().getLast();
    if (last.equals("-")) {
      return "moby";
    }
    String name = last.substring(last.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
