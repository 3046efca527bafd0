package linuxkit.packaging.dockerfile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Every reading of a Dockerfile's lines as instructions. Builders differ in what continues a line,
 * what a comment is and whether they know inline documents, so each line counts as the start of an
 * instruction: what any builder may run is among them. Rules that protect this machine are checked
 * against all of them.
 */
final class CandidateInstructions {
  // Rules are about these alone.
  private static final Set<String> KEYWORDS = Set.of("ADD", "ARG", "COPY", "FROM", "RUN");
  private static final char[] ESCAPES = {'\\', '`'};
  // What is read again for each line must be bounded.
  private static final int MAX_LINES = 20_000;
  private static final int MAX_CONTINUED = 1000;
  private static final int MAX_LENGTH = 16 * 1024;
  private static final int MAX_FLAGS = 100;
  private static final int MAX_WORDS = 4;

  private CandidateInstructions() {}

  /**
   * A possible instruction.
   *
   * @param line its number, from 1
   * @param continued whether it continues on further lines
   * @param keyword in capitals, without ONBUILD before it
   * @param flags as they are after quotes and escapes are removed
   * @param words the first ones after the flags
   */
  record Instruction(
      int line, boolean continued, String keyword, List<String> flags, List<String> words) {
    Instruction {
      flags = List.copyOf(flags);
      words = List.copyOf(words);
    }

    /** Returns the values of a flag. */
    List<String> values(String flag) {
      return flags.stream()
          .filter(given -> given.startsWith(flag + "="))
          .map(given -> given.substring(flag.length() + 1))
          .toList();
    }
  }

  /**
   * Returns what may be an instruction, some of it several times.
   *
   * @throws DockerfileFailure if the Dockerfile is too long
   */
  static List<Instruction> of(Path file, String text) {
    String[] lines = withPlainSpaces(text).split("\n", -1);
    if (lines.length > MAX_LINES) {
      throw DockerfileFailure.refused(file, 0, "it has more than 20,000 lines", "");
    }
    List<String> bare = Arrays.stream(lines).map(String::strip).toList();
    List<Instruction> found = new ArrayList<>();
    for (char escape : ESCAPES) {
      if (escape == '\\' || text.indexOf(escape) >= 0) {
        for (int i = 0; i < lines.length; i++) {
          StringBuilder joined = new StringBuilder();
          boolean complete = join(lines, bare, i, escape, joined);
          boolean continued = bare.get(i).endsWith(String.valueOf(escape));
          Instruction instruction = parse(i + 1, continued, joined.toString(), escape);
          boolean cut = !complete && instruction.words().isEmpty();
          if (cut || instruction.flags().size() > MAX_FLAGS) {
            throw DockerfileFailure.refused(file, i + 1, "an instruction has too many flags", "");
          }
          if (KEYWORDS.contains(instruction.keyword())) {
            found.add(instruction);
          }
        }
      }
    }
    return found;
  }

  /** Returns a text with blanks for every character that Unicode, and so builders, call a space. */
  static String withPlainSpaces(String text) {
    return text.replace("\uFEFF", "").replaceAll("[\\p{Z}\\t\\x0B\\f\\r\\x85]", " ");
  }

  /** Returns whether the instruction ends within the bounds. */
  private static boolean join(
      String[] lines, List<String> bare, int first, char escape, StringBuilder joined) {
    int end = Math.min(lines.length, first + MAX_CONTINUED);
    for (int i = first; i < end && joined.length() < MAX_LENGTH; i++) {
      String line = bare.get(i);
      if (i > first && (line.isEmpty() || line.charAt(0) == '#')) {
        continue;
      }
      if (line.isEmpty() || line.charAt(line.length() - 1) != escape) {
        joined.append(lines[i]);
        return true;
      }
      joined.append(lines[i], 0, lines[i].lastIndexOf(escape));
    }
    return end == lines.length && joined.length() < MAX_LENGTH;
  }

  private static Instruction parse(int line, boolean continued, String text, char escape) {
    String rest = text.strip();
    String keyword;
    do {
      int end = rest.indexOf(' ');
      keyword = (end < 0 ? rest : rest.substring(0, end)).toUpperCase(Locale.ROOT);
      rest = end < 0 ? "" : rest.substring(end).strip();
    } while (keyword.equals("ONBUILD"));
    List<String> flags = new ArrayList<>();
    while (rest.startsWith("--") && flags.size() <= MAX_FLAGS) {
      StringBuilder flag = new StringBuilder();
      rest = rest.substring(word(rest, escape, flag)).strip();
      flags.add(flag.toString());
    }
    List<String> words = Arrays.stream(rest.split(" +", MAX_WORDS + 1)).limit(MAX_WORDS).toList();
    return new Instruction(line, continued, keyword, flags, rest.isEmpty() ? List.of() : words);
  }

  /** Reads a word with its quotes and escapes, and returns where it ends. */
  private static int word(String text, char escape, StringBuilder word) {
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == 0 && c == ' ') {
        return i;
      } else if (quote == 0 ? c == '"' || c == '\'' : c == quote) {
        quote = quote == 0 ? c : 0;
      } else if ((c == escape || c == '\\') && i + 1 < text.length()) {
        word.append(text.charAt(++i));
      } else {
        word.append(c);
      }
    }
    return text.length();
  }
}
