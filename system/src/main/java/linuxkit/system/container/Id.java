package linuxkit.system.container;

import java.util.Optional;
import linuxkit.oci.json.Json;
import linuxkit.oci.json.JsonNumber;
import linuxkit.oci.json.JsonString;
import linuxkit.system.yaml.NodeReader;
import linuxkit.system.yaml.YamlNode;

/** A user or group: a number, or the name of a container that was given a number of its own. */
public sealed interface Id {
  /**
   * @param value as written; only its low 32 bits count, as in LinuxKit
   */
  record Numeric(long value) implements Id {}

  /**
   * @param name of a container; {@code root} and the empty string are user 0
   */
  record Named(String name) implements Id {}

  static Optional<Id> read(NodeReader node) {
    if (node.node() instanceof YamlNode.Scalar scalar) {
      switch (scalar.kind()) {
        case STRING -> {
          return node.string().map(Named::new);
        }
        case INTEGER -> {
          return node.integer().map(Numeric::new);
        }
        case FLOAT, BOOLEAN, NULL -> {}
      }
    }
    node.error("expected a number or a name, but it is " + node.node().describe());
    return Optional.empty();
  }

  default Json toJson() {
    return switch (this) {
      case Numeric number -> JsonNumber.of(number.value());
      case Named named -> new JsonString(named.name());
    };
  }
}
