package linuxkit.packaging.dockerfile;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import linuxkit.base.FileFailure;

/** Directories by a pattern with {@code *}, {@code ?} and {@code [a-z]}, as Go's filepath.Glob. */
public final class Globs {
  private Globs() {}

  /**
   * Returns the directories that match, in byte order of their names. A name that begins with a dot
   * is not matched at the end of the pattern.
   *
   * @param base the directory that a relative pattern starts from
   */
  public static List<Path> directories(Path base, String pattern) {
    List<Path> found = new ArrayList<>();
    found.add(pattern.startsWith("/") ? Path.of("/") : base);
    for (String part : pattern.split("/+", -1)) {
      if (!part.isEmpty()) {
        List<Path> next = new ArrayList<>();
        found.forEach(at -> addMatches(at, part, next));
        found = next;
      }
    }
    return found.stream()
        .filter(path -> !String.valueOf(path.getFileName()).startsWith("."))
        .filter(Files::isDirectory)
        .sorted()
        .toList();
  }

  private static void addMatches(Path at, String part, List<Path> to) {
    if (!part.matches(".*[*?\\[].*")) {
      Path plain = at.resolve(part).normalize();
      if (Files.exists(plain)) {
        to.add(plain);
      }
      return;
    }
    if (!Files.isDirectory(at)) {
      return;
    }
    Pattern regex = regex(part);
    try (DirectoryStream<Path> children = Files.newDirectoryStream(at)) {
      for (Path child : children) {
        if (regex.matcher(child.getFileName().toString()).matches()) {
          to.add(child);
        }
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot list", at, e);
    }
  }

  private static Pattern regex(String part) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      int end = c == '[' ? part.indexOf(']', i + 2) : -1;
      if (end > 0) {
        regex.append('[').append(part.substring(i + 1, end).replace("[", "\\[")).append(']');
        i = end;
      } else {
        regex.append(
            switch (c) {
              case '*' -> ".*";
              case '?' -> ".";
              default -> Pattern.quote(String.valueOf(c));
            });
      }
    }
    return Pattern.compile(regex.toString());
  }
}
