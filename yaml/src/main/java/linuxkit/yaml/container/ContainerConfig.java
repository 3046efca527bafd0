package linuxkit.yaml.container;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import linuxkit.json.JsonObject;
import linuxkit.yaml.MappingReader;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a container: the keys beside {@code name} and {@code image} of a manifest's
 * entry, those of an image's label {@link #LABEL}, and those under {@code config:} in a package's
 * build.yml. {@link ContainerKeys} lists them. Immutable.
 */
public final class ContainerConfig {
  /** The label of an image that holds its configuration, as JSON. */
  public static final String LABEL = "org.mobyproject.config";

  /** A configuration without any key. */
  public static final ContainerConfig EMPTY = new Builder().build();

  private final Map<Key<?>, Object> values;

  private ContainerConfig(Map<Key<?>, Object> values) {
    this.values = Map.copyOf(values);
  }

  /** The values of a configuration that is being put together. */
  static final class Builder {
    private final Map<Key<?>, Object> values = new HashMap<>();

    <T> void put(Key<T> key, T value) {
      values.put(key, value);
    }

    ContainerConfig build() {
      return new ContainerConfig(values);
    }
  }

  /** Reads the keys of a mapping; the caller reads its other keys. */
  public static ContainerConfig read(MappingReader from) {
    Builder config = new Builder();
    for (String name : from.keysAmong(ContainerKeys.BY_NAME.sequencedKeySet())) {
      Objects.requireNonNull(ContainerKeys.BY_NAME.get(name)).read(from, config);
    }
    return config.build();
  }

  /** Returns the value of a key; empty if it is not given. */
  @SuppressWarnings("unchecked") // Only Builder.put adds values, each of its key's type.
  public <T> Optional<T> get(Key<T> key) {
    return Optional.ofNullable((T) values.get(key));
  }

  /** Returns the list of a key; an empty one if it is not given. */
  public <T> List<T> list(Key<List<T>> key) {
    return get(key).orElse(List.of());
  }

  /** Returns whether a key is given and true. */
  public boolean isSet(Key<Boolean> key) {
    return get(key).orElse(false);
  }

  /** Merges this entry of a manifest with the label of its image. */
  public ContainerConfig over(ContainerConfig label) {
    Builder merged = new Builder();
    ContainerKeys.ALL.forEach(key -> key.merge(this, label, merged));
    return merged.build();
  }

  /** Returns this configuration with another value for a key. */
  public <T> ContainerConfig with(Key<T> key, T value) {
    Builder changed = copy();
    changed.put(key, value);
    return changed.build();
  }

  /** Returns this configuration without a key. */
  public ContainerConfig without(Key<?> key) {
    Builder changed = copy();
    changed.values.remove(key);
    return changed.build();
  }

  /** Returns this configuration with each element of a list replaced, if the list is given. */
  public <T> ContainerConfig mapEach(Key<List<T>> key, UnaryOperator<T> change) {
    return get(key).map(list -> with(key, list.stream().map(change).toList())).orElse(this);
  }

  private Builder copy() {
    Builder copy = new Builder();
    copy.values.putAll(values);
    return copy;
  }

  /** Returns the keys that are given as JSON, in a fixed order. {@link #read} reads them back. */
  public JsonObject toJson() {
    JsonObject.Builder json = JsonObject.builder();
    writeTo(json);
    return json.build();
  }

  /** Adds the members that {@link #toJson} has to another object. */
  public void writeTo(JsonObject.Builder json) {
    ContainerKeys.ALL.forEach(key -> key.write(this, json));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ContainerConfig config && values.equals(config.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
