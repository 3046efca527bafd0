package linuxkit.system.licence;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Reads machine-readable copyright files ("Machine-readable debian/copyright file", version 1.0).
 * Only the names of licences are read, not their texts.
 */
public final class CopyrightFile {
  /** The number of different licence statements that a file may have. */
  static final int MAX_LICENCES = 256;

  /** The number of characters that a licence statement may have. */
  static final int MAX_LENGTH = 1000;

  private static final String FORMAT = "/copyright-format/1.0";

  private final UnaryOperator<String> otherLicence;
  private final Set<String> synopses = new LinkedHashSet<>();

  private CopyrightFile(UnaryOperator<String> otherLicence) {
    this.otherLicence = otherLicence;
  }

  /**
   * Reads which licences apply to the files of a package.
   *
   * @param text of the whole file
   * @param otherLicence gives licences that are not on SPDX's list an identifier, by the name that
   *     the file has for them
   * @return empty if the file is not machine-readable, or not complete
   */
  public static Optional<LicenceExpression> licences(
      String text, UnaryOperator<String> otherLicence) {
    return new CopyrightFile(otherLicence).read(text);
  }

  private Optional<LicenceExpression> read(String text) {
    boolean isHeader = true;
    List<String> paragraph = new ArrayList<>();
    for (int from = 0; from < text.length(); ) {
      int newline = text.indexOf('\n', from);
      int to = newline < 0 ? text.length() : newline;
      if (isBlank(text, from, to)) {
        if (!paragraph.isEmpty()) {
          if (!add(paragraph, isHeader)) {
            return Optional.empty();
          }
          isHeader = false;
          paragraph.clear();
        }
      } else if (isField(text.charAt(from))) {
        paragraph.add(text.substring(from, to));
      }
      from = to + 1;
    }
    if ((!paragraph.isEmpty() && !add(paragraph, isHeader)) || synopses.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        LicenceExpression.allOf(
            synopses.stream().map(each -> LicenceSynopsis.parse(each, otherLicence)).toList()));
  }

  private static boolean isBlank(String text, int from, int to) {
    int i = from;
    while (i < to && Character.isWhitespace(text.charAt(i))) {
      i++;
    }
    return i == to;
  }

  /** Returns whether a line begins a field, as opposed to continuing one or being a comment. */
  private static boolean isField(char first) {
    return first != ' ' && first != '\t' && first != '#';
  }

  /**
   * Takes the licence from a paragraph about files.
   *
   * @return whether the file can still be understood
   */
  private boolean add(List<String> paragraph, boolean isHeader) {
    if (isHeader) {
      return value(paragraph, "format").filter(CopyrightFile::isKnownFormat).isPresent();
    }
    if (value(paragraph, "files").isEmpty()) {
      return true;
    }
    Optional<String> synopsis =
        value(paragraph, "license").filter(name -> !name.isEmpty() && name.length() <= MAX_LENGTH);
    synopsis.ifPresent(synopses::add);
    return synopsis.isPresent() && synopses.size() <= MAX_LICENCES;
  }

  private static boolean isKnownFormat(String format) {
    return (format.endsWith("/") ? format.substring(0, format.length() - 1) : format)
        .endsWith(FORMAT);
  }

  private static Optional<String> value(List<String> paragraph, String field) {
    String name = field + ":";
    for (String line : paragraph) {
      if (line.regionMatches(true, 0, name, 0, name.length())) {
        return Optional.of(line.substring(name.length()).strip());
      }
    }
    return Optional.empty();
  }
}
