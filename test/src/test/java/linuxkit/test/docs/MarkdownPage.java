package linuxkit.test.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A page of documentation, without its code blocks. */
final class MarkdownPage {
  /** A line of the page, by its number. */
  record Line(int number, String text) {
    boolean isRow() {
      return text.startsWith("|");
    }

    /** Returns the row's cells, without the quoted identifiers in them. */
    List<String> cells() {
      return List.of(CODE.matcher(text).replaceAll("").split("\\|"));
    }
  }

  private static final Pattern CODE = Pattern.compile("`[^`]*`");

  private final List<Line> lines = new ArrayList<>();

  static MarkdownPage read(Path file) throws IOException {
    return of(Files.readAllLines(file));
  }

  static MarkdownPage of(List<String> all) {
    MarkdownPage page = new MarkdownPage();
    boolean code = false;
    for (int i = 0; i < all.size(); i++) {
      String line = all.get(i);
      if (line.startsWith("```")) {
        code = !code;
        page.lines.add(new Line(i + 1, ""));
      } else if (!code && !line.startsWith("    ")) {
        page.lines.add(new Line(i + 1, line));
      }
    }
    return page;
  }

  List<Line> lines() {
    return lines;
  }

  /** Returns paragraphs, headings and rows of tables. */
  List<Passage> passages() {
    List<Passage> passages = new ArrayList<>();
    Passage passage = new Passage();
    for (Line line : lines) {
      boolean alone = line.isRow() || line.text().startsWith("#");
      if (line.text().isBlank() || alone) {
        passages.add(passage);
        passage = new Passage();
      }
      passage.addLine(line.text(), line.number());
      if (alone) {
        passages.add(passage);
        passage = new Passage();
      }
    }
    passages.add(passage);
    return passages.stream().filter(p -> !p.isEmpty()).map(MarkdownPage::prose).toList();
  }

  // Code is replaced by as many letters, so that every character keeps its line.
  private static Passage prose(Passage passage) {
    String text = withoutCode(passage.text());
    Passage prose = new Passage();
    for (int i = 0; i < text.length(); i++) {
      prose.add(text.substring(i, i + 1), passage.lineOf(i));
    }
    return prose;
  }

  private static String withoutCode(String text) {
    return CODE.matcher(text).replaceAll(code -> "_".repeat(code.group().length()));
  }
}
