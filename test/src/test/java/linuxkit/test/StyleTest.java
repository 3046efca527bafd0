package linuxkit.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything that people read keeps to {@code docs/style.md}. */
class StyleTest {
  private static final int COLUMNS = 100;
  private static final int CELL = 160;
  private static final StyleGuide GUIDE = StyleGuide.read();

  @Test
  void pagesAvoidRefusedWords() throws IOException {
    List<String> findings = new ArrayList<>();
    for (Path page : pages()) {
      for (Passage passage : MarkdownPage.read(page).passages()) {
        findings.addAll(StyleGuide.findings(GUIDE.refused(), StyleGuide.relative(page), passage));
      }
    }
    assertThat(findings).isEmpty();
  }

  @Test
  void proseHasAtMostAHundredColumns() throws IOException {
    List<String> findings = new ArrayList<>();
    for (Path page : pages()) {
      for (MarkdownPage.Line line : MarkdownPage.read(page).lines()) {
        if (!line.isRow() && line.text().codePointCount(0, line.text().length()) > COLUMNS) {
          findings.add(
              StyleGuide.relative(page) + ":" + line.number() + ": longer than " + COLUMNS);
        }
      }
    }
    assertThat(findings).isEmpty();
  }

  @Test
  void cellsAreNotParagraphs() throws IOException {
    List<String> findings = new ArrayList<>();
    for (Path page : pages()) {
      for (MarkdownPage.Line line : MarkdownPage.read(page).lines()) {
        if (line.isRow() && line.cells().stream().anyMatch(cell -> cell.length() > CELL)) {
          findings.add(
              StyleGuide.relative(page) + ":" + line.number() + ": put this below the table");
        }
      }
    }
    assertThat(findings).isEmpty();
  }

  @Test
  void scriptsAndComponentsAvoidRefusedWords() throws IOException {
    List<String> findings = new ArrayList<>();
    for (Path script : scripts()) {
      List<String> lines = Files.readAllLines(script);
      for (int i = 0; i < lines.size(); i++) {
        Passage passage = new Passage();
        passage.add(lines.get(i).strip(), i + 1);
        if (!passage.isEmpty()) {
          findings.addAll(
              StyleGuide.findings(GUIDE.refused(), StyleGuide.relative(script), passage));
        }
      }
    }
    assertThat(findings).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "What is none is refused.|is none",
        "lists parted by commas|parted by",
        "so that it is heeded|heeded",
        "it is no file|is no",
        "told by the server|told",
        "Built when the store has them not.|has them not",
        "The same, watched.|The same,",
        "raw: the same|: the same",
        "first line that is~none on the next|is none",
      })
  void findsRefusedWordsWithTheirLine(String text, String words) {
    MarkdownPage page = MarkdownPage.of(List.of(("\n" + text).split("[\n~]")));
    assertThat(
            page.passages().stream()
                .flatMap(p -> StyleGuide.findings(GUIDE.refused(), "p", p).stream()))
        .singleElement()
        .asString()
        .startsWith("p:2: \"" + words + "\": write ");
  }

  @ParameterizedTest
  @CsvSource({
    "there is no such file",
    "there are none",
    "it is no longer there",
    "the same digest",
    "`parted by`",
    "the field is not a file"
  })
  void acceptsPlainWords(String text) {
    assertThat(
            MarkdownPage.of(List.of(text)).passages().stream()
                .flatMap(p -> StyleGuide.findings(GUIDE.refused(), "p", p).stream()))
        .isEmpty();
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(list(Linuxkit.PROJECT, ".md"));
    pages.addAll(list(Linuxkit.PROJECT.resolve("docs"), ".md"));
    assertThat(pages).hasSizeGreaterThan(10);
    return pages;
  }

  private static List<Path> scripts() throws IOException {
    List<Path> scripts = new ArrayList<>(list(Linuxkit.PROJECT.resolve("build"), ""));
    scripts.add(Linuxkit.PROJECT.resolve("Makefile"));
    scripts.addAll(list(Linuxkit.PROJECT.resolve("examples"), ".yml"));
    try (Stream<Path> files = Files.walk(Linuxkit.PROJECT.resolve("pkg"))) {
      scripts.addAll(files.filter(file -> file.endsWith("build.yml")).toList());
    }
    assertThat(scripts).hasSizeGreaterThan(15);
    return scripts;
  }

  private static List<Path> list(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(suffix))
          .sorted()
          .toList();
    }
  }
}
