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
 * The fields of a paragraph of a control file, an index or a list of sources (deb822). Names are
 * case-insensitive; a value of several lines keeps its line ends.
 */
final class ControlParagraph {
  private final Map<String, String> fields;

  private ControlParagraph(Map<String, String> fields) {
    this.fields = fields;
  }

  /**
   * Reads the next paragraph.
   *
   * @param wanted selects the fields to keep by name, in any case
   * @param where the file, for failures
   * @return empty at the end of the input
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
          throw new DebianFailure.BadFormat("expected a field, found a continuation line", where);
        }
        if (!name.isEmpty()) {
          value.append('\n').append(line, 1, line.length());
        }
        continue;
      }
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new DebianFailure.BadFormat("not a field: " + shorten(line), where);
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
          .orElseThrow(() -> new DebianFailure.BadFormat("no fields", where));
    } catch (IOException e) {
      throw new UncheckedIOException("reading a string cannot fail", e);
    }
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  /** Returns the words of a field, separated by white space; none if the field is missing. */
  List<String> words(String name) {
    return Stream.of(get(name).orElse("").strip().split("\\s+")).filter(w -> !w.isEmpty()).toList();
  }

  private static String shorten(String line) {
    return line.length() <= 60 ? line : line.substring(0, 60) + "…";
  }
}
