package linuxkit.test.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that everything people read keeps to {@code docs/style.md}. */
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

  @Test
  void sourcesAvoidRefusedWords() throws IOException {
    List<String> findings = new ArrayList<>();
    for (Path file : sources()) {
      SourceFile source = SourceFile.read(file);
      Stream.of(source.documentation(), source.comments(), source.messages())
          .flatMap(List::stream)
          .map(p -> StyleGuide.findings(GUIDE.refused(), StyleGuide.relative(file), p))
          .forEach(findings::addAll);
    }
    assertThat(findings).isEmpty();
  }

  @Test
  void documentationDoesNotBeginWithAFragment() throws IOException {
    List<String> findings = new ArrayList<>();
    for (Path file : sources()) {
      for (Passage comment : SourceFile.read(file).documentation()) {
        findings.addAll(StyleGuide.findings(GUIDE.openings(), StyleGuide.relative(file), comment));
      }
    }
    assertThat(findings).isEmpty();
  }

  @Test
  void findsCommentsAndMessagesWithTheirLines() {
    SourceFile source =
        SourceFile.of(
            """
            /** What is {@code parted by}
             * none. */
            int a = '"'; // first line
            // that is
            // none
            String s = "it " + x + "is "
                + "no file"; /* lists parted by "commas" */
            """);
    assertThat(findings(GUIDE.openings(), source.documentation()))
        .singleElement()
        .asString()
        .startsWith("f:1: \"What\"");
    assertThat(findings(GUIDE.refused(), source.documentation())).isEmpty();
    assertThat(findings(GUIDE.refused(), source.comments()))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("f:4: \"is none\""),
            second -> assertThat(second).startsWith("f:7: \"parted by\""));
    assertThat(findings(GUIDE.refused(), source.messages()))
        .singleElement()
        .asString()
        .startsWith("f:6: \"is no\"");
  }

  private static List<String> findings(List<StyleGuide.Rule> rules, List<Passage> passages) {
    return passages.stream().flatMap(p -> StyleGuide.findings(rules, "f", p).stream()).toList();
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String folder : List.of("src/main", "src")) {
      try (Stream<Path> modules = Files.list(Linuxkit.PROJECT)) {
        for (Path module :
            modules
                .filter(m -> folder.equals("src") == m.endsWith("guest"))
                .map(m -> m.resolve(folder))
                .filter(Files::isDirectory)
                .toList()) {
          try (Stream<Path> files = Files.walk(module)) {
            files.filter(file -> file.toString().matches(".*\\.(java|c|h)")).forEach(sources::add);
          }
        }
      }
    }
    assertThat(sources).hasSizeGreaterThan(500);
    return sources.stream().sorted().toList();
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
