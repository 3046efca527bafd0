package linuxkit.packaging.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The names of a repository's tags, from {@code refs/tags} and {@code packed-refs}. */
final class TagNames {
  private static final String PREFIX = "refs/tags/";
  private static final int ID_LENGTH = 40;

  private TagNames() {}

  /** Returns the names, sorted. */
  static List<String> in(Path commonDirectory) throws IOException {
    SortedSet<String> names = new TreeSet<>();
    Path folder = commonDirectory.resolve(PREFIX);
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
            .forEach(file -> names.add(folder.relativize(file).toString()));
      }
    }
    Path packed = commonDirectory.resolve("packed-refs");
    if (Files.isRegularFile(packed)) {
      for (String line : Files.readAllLines(packed, StandardCharsets.ISO_8859_1)) {
        if (line.startsWith(" " + PREFIX, ID_LENGTH)) {
          names.add(line.substring(ID_LENGTH + 1 + PREFIX.length()));
        }
      }
    }
    return List.copyOf(names);
  }
}
