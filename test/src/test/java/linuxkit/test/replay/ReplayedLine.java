package linuxkit.test.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A command line of {@code test/replay/commands}, and how it must end.
 *
 * @param prints regular expressions of lines of standard output
 * @param writes the files that it makes, all of them
 * @param failure what the message says if the line must fail; else empty
 */
record ReplayedLine(
    int number, String command, List<String> prints, List<String> writes, String failure) {

  private static ReplayedLine of(int number, String command) {
    return new ReplayedLine(number, command, new ArrayList<>(), new ArrayList<>(), "");
  }

  /** Reads the lines by section, that is, by the folder in which they run. */
  static SequencedMap<String, List<ReplayedLine>> read(Path file) throws IOException {
    SequencedMap<String, List<ReplayedLine>> sections = new LinkedHashMap<>();
    List<String> text = Files.readAllLines(file);
    boolean explained = true;
    for (int i = 0; i < text.size(); i++) {
      String line = text.get(i);
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("[")) {
        sections.put(line.substring(1, line.indexOf(']')), new ArrayList<>());
        continue;
      }
      List<ReplayedLine> section = sections.lastEntry().getValue();
      if (!line.startsWith("  ")) {
        section.add(of(i + 1, line));
        continue;
      }
      ReplayedLine last = section.getLast();
      int space = line.indexOf(' ', 2);
      String value = line.substring(space + 1);
      switch (line.substring(2, space)) {
        case "prints" -> last.prints.add(value);
        case "writes" -> last.writes.addAll(List.of(value.split(" ")));
        case "fails" -> {
          section.set(section.size() - 1, last.failing(value));
          explained = false;
        }
        case "because" -> explained = true;
        default -> throw new IOException(file + ":" + (i + 1) + ": " + line);
      }
    }
    if (!explained) {
      throw new IOException(file + ": a failure without `because`");
    }
    return sections;
  }

  private ReplayedLine failing(String message) {
    return new ReplayedLine(number, command, prints, writes, message);
  }
}
