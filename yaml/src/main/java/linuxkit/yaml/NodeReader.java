package linuxkit.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads one value as the type that is expected there. A value of another type is reported with its
 * place, and the result is empty. The caller continues, and asks the {@link Diagnostics} at the
 * end.
 */
public final class NodeReader {
  private final YamlNode node;
  private final DottedPath path;
  private final Diagnostics diagnostics;
  private final boolean lenient;

  private NodeReader(YamlNode node, DottedPath path, Diagnostics diagnostics, boolean lenient) {
    this.node = node;
    this.path = path;
    this.diagnostics = diagnostics;
    this.lenient = lenient;
  }

  public static NodeReader root(YamlNode node, Diagnostics diagnostics) {
    return new NodeReader(node, DottedPath.ROOT, diagnostics, false);
  }

  /**
   * Returns a lenient reader. Throughout the document, an unquoted number or boolean can be read as
   * the string that is written there, a boolean can be a word of YAML 1.1, and a key without a
   * value counts as absent.
   */
  public static NodeReader lenientRoot(YamlNode node, Diagnostics diagnostics) {
    return new NodeReader(node, DottedPath.ROOT, diagnostics, true);
  }

  NodeReader child(String name, YamlNode child) {
    return new NodeReader(child, path.child(name), diagnostics, lenient);
  }

  /** Returns whether the value counts as absent. */
  boolean isAbsent() {
    return lenient
        && node instanceof YamlNode.Scalar scalar
        && scalar.kind() == YamlNode.Scalar.Kind.NULL;
  }

  public YamlNode node() {
    return node;
  }

  public Position position() {
    return node.position();
  }

  /** Returns the path with dots; {@code (root)} for the document itself. */
  public String path() {
    return path.toString();
  }

  public Diagnostics diagnostics() {
    return diagnostics;
  }

  /** Reports a mistake in this value. */
  public void error(String problem) {
    diagnostics.error(position(), path(), problem);
  }

  private void expected(String what) {
    error("expected " + what + ", but found " + node.describe());
  }

  /**
   * Reads a YAML string. An unquoted number or boolean is a mistake unless the reader is lenient.
   */
  public Optional<String> string() {
    if (node instanceof YamlNode.Scalar scalar) {
      switch (scalar.kind()) {
        case STRING -> {
          return Optional.of(scalar.text());
        }
        case INTEGER, FLOAT, BOOLEAN -> {
          if (lenient) {
            return Optional.of(scalar.text());
          }
          error(
              "expected a string, but found "
                  + node.describe()
                  + ": quote it, as "
                  + Quote.of(scalar.text()));
          return Optional.empty();
        }
        case NULL -> {}
      }
    }
    expected("a string");
    return Optional.empty();
  }

  /**
   * Reads {@code true} or {@code false}. A lenient reader also takes the words of YAML 1.1, such as
   * {@code yes} and {@code off}.
   */
  public Optional<Boolean> bool() {
    if (lenient && node instanceof YamlNode.Scalar scalar) {
      Optional<Boolean> word = CoreSchema.truth(scalar.text());
      if (word.isPresent()) {
        return word;
      }
    }
    if (node instanceof YamlNode.Scalar scalar && scalar.kind() == YamlNode.Scalar.Kind.BOOLEAN) {
      return Optional.of(scalar.text().equalsIgnoreCase("true"));
    }
    expected("true or false");
    return Optional.empty();
  }

  /** Reads {@code on}, {@code off}, {@code true} or {@code false}. */
  public Optional<Boolean> onOff() {
    if (node instanceof YamlNode.Scalar scalar
        && (scalar.text().equals("on") || scalar.text().equals("off"))) {
      return Optional.of(scalar.text().equals("on"));
    }
    if (node instanceof YamlNode.Scalar scalar && scalar.kind() == YamlNode.Scalar.Kind.BOOLEAN) {
      return bool();
    }
    expected("on or off");
    return Optional.empty();
  }

  public Optional<Long> integer() {
    return integer(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** Reads an integer within bounds, both inclusive. */
  public Optional<Long> integer(long least, long most) {
    if (!(node instanceof YamlNode.Scalar scalar)) {
      expected("an integer");
      return Optional.empty();
    }
    boolean isInteger = scalar.kind() == YamlNode.Scalar.Kind.INTEGER;
    Optional<Long> value =
        isInteger
            ? CoreSchema.integer(scalar.text())
            : Optional.of(scalar)
                .filter(number -> number.kind() == YamlNode.Scalar.Kind.FLOAT)
                .flatMap(number -> CoreSchema.whole(number.text()));
    if (value.isEmpty() && !isInteger) {
      expected("an integer");
      return Optional.empty();
    }
    if (value.isEmpty() || value.get() < least || value.get() > most) {
      error(
          "the number "
              + Quote.shorten(scalar.text())
              + " is out of range: it must be from "
              + least
              + " to "
              + most);
      return Optional.empty();
    }
    return value;
  }

  /** Reads a list, each element by {@code element}. Elements with mistakes are left out. */
  public <T> Optional<List<T>> list(Function<NodeReader, Optional<T>> element) {
    if (!(node instanceof YamlNode.Sequence sequence)) {
      expected("a list");
      return Optional.empty();
    }
    List<T> values = new ArrayList<>(sequence.elements().size());
    for (int i = 0; i < sequence.elements().size(); i++) {
      element.apply(child(String.valueOf(i), sequence.elements().get(i))).ifPresent(values::add);
    }
    return Optional.of(List.copyOf(values));
  }

  public Optional<List<String>> strings() {
    return list(NodeReader::string);
  }

  /**
   * Reads a mapping, its fields by {@code body}. Keys that {@code body} does not ask for are
   * mistakes.
   */
  public <T> Optional<T> mapping(Function<MappingReader, T> body) {
    if (!(node instanceof YamlNode.Mapping mapping)) {
      expected("a mapping");
      return Optional.empty();
    }
    MappingReader reader = new MappingReader(this, mapping);
    T value = body.apply(reader);
    reader.reportUnknown();
    return Optional.of(value);
  }

  /** Reads a mapping as {@link #mapping} does, for its effect on the caller only. */
  public void fields(Consumer<MappingReader> body) {
    mapping(
        reader -> {
          body.accept(reader);
          return reader;
        });
  }
}
