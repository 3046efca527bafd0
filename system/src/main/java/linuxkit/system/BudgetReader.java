package linuxkit.system;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.system.Budget.Limit;
import linuxkit.system.yaml.MappingReader;
import linuxkit.system.yaml.NodeReader;
import linuxkit.system.yaml.Quote;
import linuxkit.system.yaml.YamlNode;

/** Reads the manifest's {@code budget}. */
final class BudgetReader {
  private final SortedMap<String, Limit> limits = new TreeMap<>();

  private BudgetReader() {}

  static Budget read(MappingReader from) {
    BudgetReader reader = new BudgetReader();
    for (String part : Budget.PARTS) {
      from.get(part).ifPresent(node -> reader.limit(part, node));
    }
    for (String section : Budget.SECTIONS) {
      from.mapping(section, names -> reader.section(section, names));
    }
    return new Budget(reader.limits);
  }

  private boolean section(String section, MappingReader names) {
    for (String name : names.keys()) {
      names.get(name).ifPresent(node -> limit(section + "." + name, node));
    }
    return true;
  }

  private void limit(String name, NodeReader node) {
    Optional<String> text =
        node.node() instanceof YamlNode.Scalar scalar
                && scalar.kind() == YamlNode.Scalar.Kind.INTEGER
            ? Optional.of(scalar.text())
            : node.string();
    text.ifPresent(
        size ->
            Budget.bytes(size)
                .ifPresentOrElse(
                    bytes -> limits.put(name, new Limit(bytes, size, Optional.of(node.position()))),
                    () -> node.error(Quote.of(size) + " is no size: write it as 80M or 512K")));
  }
}
