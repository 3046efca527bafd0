package linuxkit.yaml.container;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.yaml.MappingReader;

/**
 * A key of a {@link ContainerConfig}: its name, and how its value is read, written and merged.
 *
 * @param <T> the type of the value; its instances are immutable
 */
public final class Key<T> {
  private final String name;
  private final BiFunction<MappingReader, String, Optional<T>> reader;
  private final Function<T, Json> writer;
  private final BinaryOperator<T> merge;

  /**
   * @param merge combines the value of a manifest's entry with the value of the image's label
   */
  Key(
      String name,
      BiFunction<MappingReader, String, Optional<T>> reader,
      Function<T, Json> writer,
      BinaryOperator<T> merge) {
    this.name = name;
    this.reader = reader;
    this.writer = writer;
    this.merge = merge;
  }

  /** Returns the name as documents have it, such as {@code binds.add}. */
  public String name() {
    return name;
  }

  void read(MappingReader from, ContainerConfig.Builder into) {
    reader.apply(from, name).ifPresent(value -> into.put(this, value));
  }

  void write(ContainerConfig config, JsonObject.Builder json) {
    config.get(this).ifPresent(value -> json.put(name, writer.apply(value)));
  }

  void merge(ContainerConfig entry, ContainerConfig label, ContainerConfig.Builder into) {
    Optional<T> own = entry.get(this);
    Optional<T> labelled = label.get(this);
    own.map(value -> labelled.map(other -> merge.apply(value, other)).orElse(value))
        .or(() -> labelled)
        .ifPresent(value -> into.put(this, value));
  }

  @Override
  public String toString() {
    return name;
  }
}
