package linuxkit.system;

import java.util.Optional;
import linuxkit.system.spec.Problems;
import linuxkit.system.yaml.Diagnostics;
import linuxkit.system.yaml.YamlNode;

/**
 * Finds out whether it is the manifest or the label that a mistake in a merged configuration comes
 * from, and where it stands there.
 */
record ConfigPlaces(ContainerEntry entry, ImageLabel label, Diagnostics diagnostics)
    implements Problems {
  @Override
  public void report(String key, String value, String problem) {
    Optional<YamlNode> written = entry.node().get(key);
    Optional<YamlNode> added = entry.node().get(key + ".add").flatMap(node -> place(node, value));
    Optional<YamlNode> labelled =
        label.node() instanceof YamlNode.Mapping mapping ? mapping.get(key) : Optional.empty();
    if (written.isPresent()) {
      report(written.get(), value, entry.path() + "." + key, problem);
    } else if (added.isPresent()) {
      report(added.get(), value, entry.path() + "." + key + ".add", problem);
    } else if (labelled.isPresent()) {
      report(labelled.get(), value, key, problem);
    } else {
      report(entry.node(), value, entry.path(), problem);
    }
  }

  private void report(YamlNode node, String value, String path, String problem) {
    diagnostics.error(place(node, value).orElse(node).position(), path, problem);
  }

  /** Where the value stands in a node; the node itself when there is no telling. */
  private static Optional<YamlNode> place(YamlNode node, String value) {
    return switch (node) {
      case YamlNode.Scalar scalar ->
          scalar.text().equals(value) ? Optional.of(scalar) : Optional.empty();
      case YamlNode.Sequence sequence ->
          sequence.elements().stream().flatMap(e -> place(e, value).stream()).findFirst();
      case YamlNode.Mapping mapping ->
          mapping.fields().values().stream()
              .flatMap(field -> place(field.value(), value).stream())
              .findFirst();
    };
  }
}
