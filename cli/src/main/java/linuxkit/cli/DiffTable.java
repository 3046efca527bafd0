package linuxkit.cli;

import java.util.List;
import linuxkit.base.ByteSize;
import linuxkit.cli.console.Output;
import linuxkit.system.inspect.FileState;
import linuxkit.system.inspect.SystemDiff;
import linuxkit.system.inspect.SystemDiff.Change;

/** Prints the differences of two systems for people: a paragraph for each aspect that differs. */
final class DiffTable {
  private final Output out;

  DiffTable(Output out) {
    this.out = out;
  }

  void print(SystemDiff diff) {
    if (!diff.sizes().isEmpty()) {
      sizes(diff);
    }
    if (!diff.cmdline().isSame()) {
      out.line("Command line");
      say("  - " + diff.cmdline().before().orElse(""));
      say("  + " + diff.cmdline().after().orElse(""));
    }
    if (!diff.packages().isEmpty()) {
      out.line("Packages");
      for (SystemDiff.PackageChange each : diff.packages()) {
        line(each.versions(), each.component().label() + " " + each.name(), versions(each));
      }
    }
    if (!diff.containers().isEmpty()) {
      out.line("Containers");
      for (SystemDiff.ContainerChange each : diff.containers()) {
        String name = each.component().label();
        each.removed().forEach(word -> say("  - " + name + " " + word));
        each.added().forEach(word -> say("  + " + name + " " + word));
      }
    }
    if (!diff.files().isEmpty()) {
      out.line("Files");
      diff.files().forEach((path, change) -> line(change, "/" + path, file(change)));
    }
  }

  private void say(String line) {
    out.line(line);
  }

  private void line(Change<?> change, String name, String what) {
    String mark = change.before().isEmpty() ? "+" : change.after().isEmpty() ? "-" : "~";
    say("  " + mark + " " + name + (what.isEmpty() ? "" : "  " + what));
  }

  private static String versions(SystemDiff.PackageChange change) {
    return change
        .versions()
        .before()
        .flatMap(before -> change.versions().after().map(after -> before + " → " + after))
        .or(() -> change.versions().before())
        .or(() -> change.versions().after())
        .orElse("");
  }

  private static String file(Change<FileState> change) {
    return change
        .before()
        .flatMap(
            before -> change.after().map(after -> String.join(", ", before.differences(after))))
        .or(() -> change.before().map(DiffTable::kind))
        .or(() -> change.after().map(DiffTable::kind))
        .orElse("");
  }

  private static String kind(FileState file) {
    return file.type().equals("file") ? ByteSize.text(file.size()) : file.type();
  }

  private void sizes(SystemDiff diff) {
    out.line("Sizes");
    int width =
        diff.sizes().keySet().stream()
            .mapToInt(component -> component.label().length())
            .max()
            .orElse(0);
    diff.sizes().forEach((component, change) -> size(component.label(), change, width));
    size("total", diff.total(), Math.max(width, "total".length()));
  }

  private void size(String name, Change<Long> change, int width) {
    long before = change.before().orElse(0L);
    long after = change.after().orElse(0L);
    List<String> columns =
        List.of(
            name + " ".repeat(Math.max(0, width - name.length())),
            right(ByteSize.text(before)),
            right(ByteSize.text(after)),
            right((after > before ? "+" : "") + ByteSize.text(after - before)));
    say("  " + String.join("  ", columns));
  }

  private static String right(String text) {
    return " ".repeat(Math.max(0, 11 - text.length())) + text;
  }
}
