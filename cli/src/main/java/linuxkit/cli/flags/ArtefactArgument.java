package linuxkit.cli.flags;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.boot.Format;
import linuxkit.boot.Formats;
import linuxkit.cli.syntax.UsageFailure;

/** Finds the artefact that an argument names: a file, or the one of a built system. */
public final class ArtefactArgument {
  private static final List<String> NOT_FILES = List.of("-kernel", "-cmdline");

  private ArtefactArgument() {}

  /**
   * @throws UsageFailure if there is no such file, or the system has several
   */
  public static Path find(String text) {
    Path file = Path.of(text);
    if (Files.exists(file)) {
      return file;
    }
    List<String> found =
        Formats.ALL.stream()
            .map(Format::suffixes)
            .flatMap(List::stream)
            .flatMap(suffix -> Stream.of(suffix, suffix + ".zst", suffix + ".gz"))
            .distinct()
            .filter(suffix -> !NOT_FILES.contains(suffix))
            // The initrd of a first stage is only a part of a system.
            .filter(suffix -> !suffix.matches("-.*-initrd[.]img"))
            .map(suffix -> text + suffix)
            .filter(name -> Files.exists(Path.of(name)))
            .toList();
    if (found.isEmpty()) {
      throw new UsageFailure(
          "there is no artefact " + text,
          "name a file that linuxkit built, or the --name of a build");
    }
    if (found.size() > 1) {
      throw new UsageFailure(
          "the system " + text + " was built in several formats",
          "name one of " + String.join(", ", found));
    }
    return Path.of(found.getFirst());
  }
}
