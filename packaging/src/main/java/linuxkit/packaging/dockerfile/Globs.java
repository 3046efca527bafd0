package linuxkit.packaging.dockerfile;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import linuxkit.base.FileFailure;

/** Directories by a pattern with {@code *}, {@code ?} and {@code [a-z]}, as Go's filepath.Glob. */
public final class Globs {
  private static final int MAX_FOLDERS = 10_000;

  private Globs() {}

  /**
   * Returns the directories that match, in byte order of their names. A name that begins with a dot
   * is not matched at the end of the pattern.
   *
   * @param base the directory that a relative pattern starts from
   * @throws DockerfileFailure if the pattern is not valid, or matches more than 10,000 directories
   */
  public static List<Path> directories(Path base, String pattern) {
    Set<Path> found = new LinkedHashSet<>();
    found.add(pattern.startsWith("/") ? Path.of("/") : base);
    for (String part : pattern.split("/+", -1)) {
      if (!part.isEmpty()) {
        // "*/.." gives a directory once for each of its children.
        Set<Path> next = new LinkedHashSet<>();
        for (Path at : found) {
          addMatches(at, part, next);
          if (next.size() > MAX_FOLDERS) {
            throw failure(pattern, "it matches more than 10,000 folders");
          }
        }
        found = next;
      }
    }
    return found.stream()
        .filter(path -> !String.valueOf(path.getFileName()).startsWith("."))
        .filter(Files::isDirectory)
        .sorted()
        .toList();
  }

  private static DockerfileFailure failure(String pattern, String why) {
    return DockerfileFailure.argument(
        "the pattern " + pattern + " cannot be used: " + why, "", "name the folders more exactly");
  }

  private static void addMatches(Path at, String part, Set<Path> to) {
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
    List<StringBuilder> pieces = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      int end = c == '[' ? part.indexOf(']', i + 2) : -1;
      if (end > 0) {
        piece.append('[').append(part.substring(i + 1, end).replace("[", "\\[")).append(']');
        i = end;
      } else if (c == '*') {
        pieces.add(piece);
        piece = new StringBuilder();
      } else {
        piece.append(c == '?' ? "." : Pattern.quote(String.valueOf(c)));
      }
    }
    pieces.add(piece);
    try {
      return Pattern.compile(joined(pieces));
    } catch (PatternSyntaxException e) {
      throw failure(part, e.getDescription());
    }
  }

  // The first place for a piece is as good as any other, so none of them is tried again. Otherwise,
  // a name could take a time that grows with the power of the number of stars.
  private static String joined(List<StringBuilder> pieces) {
    StringBuilder regex = new StringBuilder(pieces.getFirst());
    for (int i = 1; i < pieces.size() - 1; i++) {
      regex.append("(?>.*?").append(pieces.get(i)).append(')');
    }
    return pieces.size() == 1
        ? regex.toString()
        : regex.append(".*").append(pieces.getLast()).toString();
  }
}
