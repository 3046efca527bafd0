package linuxkit.test.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.boot.Format;
import linuxkit.boot.Formats;
import linuxkit.oci.Platform;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Test;

/** Checks that the table of all formats in {@code docs/formats.md} lists their platforms. */
class FormatsPageTest {
  private static final List<String> ARCHITECTURES =
      List.of("amd64", "arm64", "riscv64", "s390x", "ppc64le");
  private static final Pattern LABEL = Pattern.compile("`([^`]+)`");

  @Test
  void listsThePlatformsOfEveryFormat() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    for (Format format : Formats.ALL) {
      expected.put(format.label(), platforms(format));
    }
    assertThat(table()).isEqualTo(expected);
  }

  private static String platforms(Format format) {
    List<String> found =
        ARCHITECTURES.stream()
            .filter(name -> format.reasonAgainst(Platform.linux(name)).isEmpty())
            .toList();
    return found.equals(ARCHITECTURES) ? "all" : String.join(", ", found);
  }

  private static Map<String, String> table() throws IOException {
    String page = Files.readString(Linuxkit.PROJECT.resolve("docs/formats.md"));
    String section = page.substring(page.indexOf("\n| format | artefacts |"));
    Map<String, String> rows = new TreeMap<>();
    for (String line : section.strip().lines().takeWhile(row -> row.startsWith("|")).toList()) {
      String[] cells = line.split(" *\\| *", -1);
      Matcher label = LABEL.matcher(cells[1]);
      while (label.find()) {
        rows.put(label.group(1), cells[4]);
      }
    }
    return rows;
  }
}
