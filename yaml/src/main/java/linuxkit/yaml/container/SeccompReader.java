package linuxkit.yaml.container;

import java.util.Optional;
import java.util.regex.Pattern;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonBoolean;
import linuxkit.json.JsonNull;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.YamlNode;

/** Reads {@code seccomp}: the name of a filter, or a filter as config.json has it. */
final class SeccompReader {
  // Arguments of system calls have 64 bits without a sign.
  private static final Pattern UNSIGNED = Pattern.compile("0|[1-9][0-9]{0,19}");

  private SeccompReader() {}

  static Optional<Json> read(NodeReader node) {
    if (!(node.node() instanceof YamlNode.Mapping mapping)) {
      return node.string().flatMap(name -> named(node, name));
    }
    if (mapping.get("defaultAction").isEmpty()) {
      node.error("the filter has no defaultAction");
    }
    return value(node);
  }

  private static Optional<Json> named(NodeReader node, String name) {
    if (name.equals("default") || name.equals("unconfined")) {
      return Optional.of(new JsonString(name));
    }
    node.error("expected 'default', 'unconfined' or a mapping");
    return Optional.empty();
  }

  private static Optional<Json> value(NodeReader node) {
    return switch (node.node()) {
      case YamlNode.Mapping _ -> node.mapping(SeccompReader::object);
      case YamlNode.Sequence _ -> node.list(SeccompReader::value).map(JsonArray::new);
      case YamlNode.Scalar scalar ->
          switch (scalar.kind()) {
            case STRING -> node.string().map(JsonString::new);
            case INTEGER, FLOAT ->
                UNSIGNED.matcher(scalar.text()).matches()
                    ? Optional.of(new JsonNumber(scalar.text()))
                    : node.integer().map(JsonNumber::of);
            case BOOLEAN -> node.bool().map(JsonBoolean::of);
            case NULL -> Optional.of(JsonNull.NULL);
          };
    };
  }

  private static Json object(MappingReader from) {
    JsonObject.Builder object = JsonObject.builder();
    for (String key : from.keys()) {
      from.get(key).flatMap(SeccompReader::value).ifPresent(value -> object.put(key, value));
    }
    return object.build();
  }
}
