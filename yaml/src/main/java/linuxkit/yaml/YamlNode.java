package linuxkit.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A value in a YAML document. Aliases and merge keys are resolved, so the same node may occur in
 * several places; its position is where it is written.
 */
public sealed interface YamlNode {
  Position position();

  /** A value that is neither a list nor a mapping. */
  record Scalar(Position position, String text, Kind kind) implements YamlNode {
    /** The type of an untagged scalar by YAML's core schema; quoted scalars are strings. */
    public enum Kind {
      STRING,
      INTEGER,
      FLOAT,
      BOOLEAN,
      NULL
    }
  }

  record Sequence(Position position, List<YamlNode> elements) implements YamlNode {
    public Sequence {
      elements = List.copyOf(elements);
    }
  }

  /**
   * @param fields in the document's order; merged ones last
   */
  record Mapping(Position position, SequencedMap<String, Field> fields) implements YamlNode {
    public Mapping {
      fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
    }

    public Optional<YamlNode> get(String key) {
      return Optional.ofNullable(fields.get(key)).map(Field::value);
    }

    /** Returns the position of a key's value, or of the mapping if it has no such key. */
    public Position position(String key) {
      return get(key).map(YamlNode::position).orElse(position);
    }
  }

  /**
   * @param position of the key
   */
  record Field(Position position, YamlNode value) {}

  /** Describes the value in words, such as {@code a list}. */
  default String describe() {
    return switch (this) {
      case Sequence _ -> "a list";
      case Mapping _ -> "a mapping";
      case Scalar scalar ->
          switch (scalar.kind()) {
            case STRING -> "the string " + Quote.of(scalar.text());
            case INTEGER, FLOAT -> "the number " + Quote.shorten(scalar.text());
            case BOOLEAN -> "the boolean " + scalar.text();
            case NULL -> "an empty value";
          };
    };
  }
}
