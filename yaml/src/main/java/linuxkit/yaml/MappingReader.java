package linuxkit.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import linuxkit.base.Nearest;

/**
 * Reads the fields of a mapping by name. Every method returns empty if the key is absent or if its
 * value has a mistake, which is then reported.
 */
public final class MappingReader {
  private final NodeReader self;
  private final YamlNode.Mapping mapping;
  private final Set<String> known = new LinkedHashSet<>();
  // Not added to the others before a mistake is reported: a manifest may have many containers.
  private Set<String> alsoKnown = Set.of();

  MappingReader(NodeReader self, YamlNode.Mapping mapping) {
    this.self = self;
    this.mapping = mapping;
  }

  public Position position() {
    return self.position();
  }

  /** Returns the path, as {@link NodeReader#path} does. */
  public String path() {
    return self.path();
  }

  public YamlNode.Mapping node() {
    return mapping;
  }

  /** Reports a mistake in the mapping as a whole. */
  public void error(String problem) {
    self.error(problem);
  }

  /** Returns whether the key is present, whatever its value. The key then counts as known. */
  public boolean has(String key) {
    return get(key).isPresent();
  }

  /** Returns the value of a key, which then counts as known. */
  public Optional<NodeReader> get(String key) {
    known.add(key);
    return mapping.get(key).map(value -> self.child(key, value)).filter(value -> !value.isAbsent());
  }

  /**
   * Returns the keys of the mapping that are among these, in the document's order. All of these
   * then count as known. May be called once.
   */
  public List<String> keysAmong(SequencedSet<String> keys) {
    alsoKnown = keys;
    List<String> present = new ArrayList<>();
    for (String key : mapping.fields().keySet()) {
      if (keys.contains(key)) {
        present.add(key);
      }
    }
    return present;
  }

  public Optional<String> string(String key) {
    return get(key).flatMap(NodeReader::string);
  }

  /** Reads a string, and reports a mistake if it is missing. */
  public Optional<String> required(String key) {
    if (!has(key)) {
      error("the key " + Quote.of(key) + " is missing");
    }
    return string(key);
  }

  public Optional<Boolean> bool(String key) {
    return get(key).flatMap(NodeReader::bool);
  }

  public Optional<Long> integer(String key) {
    return get(key).flatMap(NodeReader::integer);
  }

  /** Reads an integer within bounds, both inclusive. */
  public Optional<Long> integer(String key, long least, long most) {
    return get(key).flatMap(value -> value.integer(least, most));
  }

  public Optional<List<String>> strings(String key) {
    return get(key).flatMap(NodeReader::strings);
  }

  /** Reads a list as {@link NodeReader#list} does. */
  public <T> Optional<List<T>> list(String key, Function<NodeReader, Optional<T>> element) {
    return get(key).flatMap(value -> value.list(element));
  }

  /** Reads a list of mappings. */
  public <T> Optional<List<T>> mappings(String key, Function<MappingReader, T> body) {
    return list(key, element -> element.mapping(body));
  }

  public <T> Optional<T> mapping(String key, Function<MappingReader, T> body) {
    return get(key).flatMap(value -> value.mapping(body));
  }

  /** Reads a mapping for its effect on the caller only. */
  public void fields(String key, Consumer<MappingReader> body) {
    get(key).ifPresent(value -> value.fields(body));
  }

  /** Reads a mapping from any keys to strings, sorted by key. */
  public Optional<SortedMap<String, String>> stringMap(String key) {
    return mapping(
        key,
        reader -> {
          SortedMap<String, String> values = new TreeMap<>();
          for (String name : reader.keys()) {
            reader.string(name).ifPresent(value -> values.put(name, value));
          }
          return Collections.unmodifiableSortedMap(values);
        });
  }

  /** Returns all keys of the mapping, in the document's order. */
  public List<String> keys() {
    return List.copyOf(mapping.fields().keySet());
  }

  void reportUnknown() {
    mapping
        .fields()
        .forEach(
            (key, field) -> {
              if (!known.contains(key) && !alsoKnown.contains(key)) {
                reportUnknown(key, field);
              }
            });
  }

  private void reportUnknown(String key, YamlNode.Field field) {
    known.addAll(alsoKnown);
    self.diagnostics()
        .error(
            field.position(),
            self.child(key, field.value()).path(),
            "unknown key '"
                + Quote.shorten(key)
                + "'"
                + Nearest.to(key, known)
                    .map(nearest -> " — did you mean '" + nearest + "'?")
                    .orElse(""));
  }
}
