package linuxkit.system.manifest;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.system.manifest.Budget.Limit;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.Position;
import linuxkit.yaml.Quote;
import linuxkit.yaml.YamlNode;
import linuxkit.yaml.YamlNode.Scalar.Kind;

/** Reads the manifest's {@code budget}. */
final class BudgetReader {
  // The largest number with the digits that a text may have.
  private static final long LARGEST = 999_999_999_999L;
  private static final String HINT = "write it as 80M or 512K";

  private final SortedMap<String, Limit> limits = new TreeMap<>();

  private BudgetReader() {}

  static Budget read(MappingReader from) {
    BudgetReader reader = new BudgetReader();
    for (String part : Budget.PARTS) {
      from.get(part).ifPresent(node -> reader.limit(part, node));
    }
    for (String section : Budget.SECTIONS) {
      from.fields(section, names -> reader.section(section, names));
    }
    return new Budget(reader.limits);
  }

  private void section(String section, MappingReader names) {
    for (String name : names.keys()) {
      names.get(name).ifPresent(node -> limit(section + "." + name, node));
    }
  }

  private void limit(String name, NodeReader node) {
    Position at = node.position();
    switch (node.node()) {
      case YamlNode.Scalar(_, _, Kind kind) when kind == Kind.INTEGER ->
          node.integer(0, LARGEST)
              .ifPresent(
                  bytes ->
                      limits.put(name, new Limit(bytes, Long.toString(bytes), Optional.of(at))));
      case YamlNode.Scalar(_, String size, Kind kind) when kind == Kind.STRING ->
          Budget.bytes(size)
              .ifPresentOrElse(
                  bytes -> limits.put(name, new Limit(bytes, size, Optional.of(at))),
                  () -> node.error(Quote.of(size) + " is not a size: " + HINT));
      default -> node.error("expected a size, but found " + node.node().describe() + ": " + HINT);
    }
  }
}
