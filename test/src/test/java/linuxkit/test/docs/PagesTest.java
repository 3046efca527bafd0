package linuxkit.test.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that the tests named in the pages of {@code docs/} exist. */
class PagesTest {
  private static final Pattern ROW = Pattern.compile("\\|.*\\|(.*)\\|");
  private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z]+)\\.([a-zA-Z0-9]+)`");
  private static final Pattern TEST =
      Pattern.compile("@(Test|ParameterizedTest|FuzzTest|TestFactory)\\b");
  private static final Pattern TEST_FILE = Pattern.compile("([A-Za-z]+)\\.java");

  @ParameterizedTest
  @CsvSource({"security.md, 80", "from-linuxkit.md, 30"})
  void namesExistingTestsInEveryRow(String page, int least) throws IOException {
    Map<String, String> sources = sources();
    List<String> lines = Files.readAllLines(Linuxkit.PROJECT.resolve("docs").resolve(page));
    int rows = 0;
    List<String> wrong = new ArrayList<>();
    boolean inTable = false;
    boolean hasTests = false;
    for (String line : lines) {
      Matcher row = ROW.matcher(line);
      boolean isRow = row.matches();
      boolean isHeader = isRow && !inTable;
      inTable = isRow;
      if (isHeader) {
        hasTests = row.group(1).equals(" test ");
      } else if (isRow && hasTests && !line.startsWith("|---")) {
        rows++;
        wrong.addAll(missing(row.group(1), sources));
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(rows).isGreaterThan(least);
  }

  @Test
  void comparesTheExampleOfEngineMdWithATest() throws IOException {
    String page = Files.readString(Linuxkit.PROJECT.resolve("docs/engine.md"));
    Path source = Linuxkit.PROJECT.resolve("engine/src/test/java/linuxkit/example/Embedding.java");
    assertThat(between(page, "```java\n", "```").stripTrailing())
        .isEqualTo(
            between(Files.readString(source), "// begin\n", "    // end")
                .stripTrailing()
                .stripIndent());
  }

  private static String between(String text, String begin, String end) {
    int at = text.indexOf(begin) + begin.length();
    return text.substring(at, text.indexOf(end, at));
  }

  private static List<String> missing(String cell, Map<String, String> sources) {
    List<String> missing = new ArrayList<>();
    Matcher named = NAMED.matcher(cell);
    int count = 0;
    while (named.find()) {
      count++;
      String source = sources.getOrDefault(named.group(1), "");
      if (!hasTest(source, named.group(2))) {
        missing.add(named.group());
      }
    }
    return count == 0 ? List.of("a row without a test: " + cell) : missing;
  }

  // Empty lines separate methods, but not annotations.
  private static boolean hasTest(String source, String method) {
    int at = source.indexOf(" " + method + "() {");
    at = at >= 0 ? at : source.indexOf(" void " + method + "(");
    return at >= 0 && TEST.matcher(source.substring(source.lastIndexOf("\n\n", at), at)).find();
  }

  /** Returns the sources of test classes by the names of the classes. */
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    try (Stream<Path> modules = Files.list(Linuxkit.PROJECT)) {
      for (Path tests :
          modules.map(m -> m.resolve("src/test/java")).filter(Files::isDirectory).toList()) {
        try (Stream<Path> files = Files.walk(tests)) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            Matcher name = TEST_FILE.matcher(String.valueOf(file.getFileName()));
            if (name.matches()) {
              sources.merge(name.group(1), Files.readString(file), String::concat);
            }
          }
        }
      }
    }
    return sources;
  }
}
