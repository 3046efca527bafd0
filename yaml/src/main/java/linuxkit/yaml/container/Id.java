package linuxkit.yaml.container;

import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonString;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.YamlNode;

/** A user or group: a number, or the name of a container that has an id of its own. */
public sealed interface Id {
  /** The largest owner of a file: 2³²−1 means "no owner" to the kernel. */
  long MAX_OWNER = 0xffff_fffeL;

  /**
   * @param value as written; only its low 32 bits count, as in LinuxKit
   */
  record Numeric(long value) implements Id {}

  /**
   * @param name of a container; {@code root} and the empty string are user 0
   */
  record Named(String name) implements Id {}

  /** Reads the user or group of a process: any number of 32 bits, signed or unsigned, or a name. */
  static Optional<Id> read(NodeReader node) {
    return read(node, Integer.MIN_VALUE, 0xffff_ffffL);
  }

  /** Reads the owner of a file: neither a negative number nor 2³²−1, which means "no owner". */
  static Optional<Id> readOwner(NodeReader node) {
    return read(node, 0, MAX_OWNER);
  }

  private static Optional<Id> read(NodeReader node, long least, long most) {
    if (node.node() instanceof YamlNode.Scalar scalar) {
      switch (scalar.kind()) {
        case STRING -> {
          return node.string().map(Named::new);
        }
        case INTEGER -> {
          return node.integer(least, most).map(Numeric::new);
        }
        case FLOAT, BOOLEAN, NULL -> {}
      }
    }
    node.error("expected a number or a name, but found " + node.node().describe());
    return Optional.empty();
  }

  default Json toJson() {
    return switch (this) {
      case Numeric number -> JsonNumber.of(number.value());
      case Named named -> new JsonString(named.name());
    };
  }
}
