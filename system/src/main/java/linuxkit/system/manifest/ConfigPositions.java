package linuxkit.system.manifest;

import java.util.Optional;
import linuxkit.system.spec.ProblemReporter;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.Position;
import linuxkit.yaml.YamlNode;

/**
 * Finds the place in the manifest or in the label that a mistake in a merged configuration comes
 * from.
 */
public record ConfigPositions(ContainerEntry entry, ImageLabel label, Diagnostics diagnostics)
    implements ProblemReporter {
  private record Place(Position position, String path) {}

  @Override
  public void report(String key, String value, String problem) {
    Place place = find(key, value);
    diagnostics.error(place.position(), place.path(), problem);
  }

  /** Warns of a value that may be intended, at the place that {@link #report} finds. */
  public void warn(String key, String value, String problem) {
    Place place = find(key, value);
    diagnostics.warn(place.position(), place.path(), problem);
  }

  private Place find(String key, String value) {
    Optional<YamlNode> written = entry.node().get(key);
    Optional<YamlNode> added = entry.node().get(key + ".add").flatMap(node -> place(node, value));
    Optional<YamlNode> labelled =
        label.node() instanceof YamlNode.Mapping mapping ? mapping.get(key) : Optional.empty();
    if (written.isPresent()) {
      return find(written.get(), value, entry.path() + "." + key);
    } else if (added.isPresent()) {
      return find(added.get(), value, entry.path() + "." + key + ".add");
    } else if (labelled.isPresent()) {
      return find(labelled.get(), value, key);
    } else {
      return find(entry.node(), value, entry.path());
    }
  }

  private static Place find(YamlNode node, String value, String path) {
    return new Place(place(node, value).orElse(node).position(), path);
  }

  /** Finds the scalar with a value in a node. */
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
