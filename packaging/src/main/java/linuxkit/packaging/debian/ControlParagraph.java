package linuxkit.packaging.debian;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Fields by name, as control files, indexes and sources have them (deb822). The names' case does
 * not matter; a value of several lines keeps its line ends.
 */
final class ControlParagraph {
  private final Map<String, String> fields;

  private ControlParagraph(Map<String, String> fields) {
    this.fields = fields;
  }

  /**
   * Reads the next paragraph.
   *
   * @param wanted the fields to keep, by lower-case name or otherwise
   * @param where for a failure
   * @return empty at the end
   */
  static Optional<ControlParagraph> read(BufferedReader in, Predicate<String> wanted, String where)
      throws IOException {
    Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    StringBuilder value = new StringBuilder();
    String name = "";
    boolean any = false;
    String line;
    while ((line = in.readLine()) != null) {
      if (line.isBlank()) {
        if (any) {
          break;
        }
        continue;
      }
      char first = line.charAt(0);
      if (first == '#') {
        continue;
      }
      if (first == ' ' || first == '\t') {
        if (!any) {
          throw new DebianFailure.BadFormat("a continuation line where a field should be", where);
        }
        if (!name.isEmpty()) {
          value.append('\n').append(line, 1, line.length());
        }
        continue;
      }
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new DebianFailure.BadFormat("a line that is no field: " + shorten(line), where);
      }
      any = true;
      store(fields, name, value);
      name = line.substring(0, colon);
      if (wanted.test(name)) {
        value.append(line.substring(colon + 1).strip());
      } else {
        name = "";
      }
    }
    store(fields, name, value);
    return any ? Optional.of(new ControlParagraph(fields)) : Optional.empty();
  }

  private static void store(Map<String, String> fields, String name, StringBuilder value) {
    if (!name.isEmpty()) {
      fields.put(name, value.toString());
    }
    value.setLength(0);
  }

  /** Reads all paragraphs. */
  static List<ControlParagraph> readAll(Reader from, String where) throws IOException {
    BufferedReader in = new BufferedReader(from);
    List<ControlParagraph> all = new ArrayList<>();
    for (Optional<ControlParagraph> next = read(in, _ -> true, where);
        next.isPresent();
        next = read(in, _ -> true, where)) {
      all.add(next.get());
    }
    return all;
  }

  /** Reads the first paragraph of a text. */
  static ControlParagraph parse(String text, String where) {
    try {
      return read(new BufferedReader(new StringReader(text)), _ -> true, where)
          .orElseThrow(() -> new DebianFailure.BadFormat("no fields at all", where));
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot fail to be read", e);
    }
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  /** The words of a field, parted by white space; none when it is absent. */
  List<String> words(String name) {
    return Stream.of(get(name).orElse("").strip().split("\\s+")).filter(w -> !w.isEmpty()).toList();
  }

  private static String shorten(String line) {
    return line.length() <= 60 ? line : line.substring(0, 60) + "…";
  }
}
