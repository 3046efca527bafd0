package linuxkit.json;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * An object; its members keep their order.
 *
 * @param members by name
 */
public record JsonObject(SequencedMap<String, Json> members) implements Json {
  public static final JsonObject EMPTY = new JsonObject(new LinkedHashMap<>());

  public JsonObject {
    members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
  }

  /** The value of a member, when there is one of that name. */
  public Optional<Json> get(String name) {
    return Optional.ofNullable(members.get(name));
  }

  public static Builder builder() {
    return new Builder();
  }

  /** An object in the making. */
  public static final class Builder {
    private final LinkedHashMap<String, Json> members = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds a member after the others; one of the same name keeps its place and changes its value.
     */
    public Builder put(String name, Json value) {
      members.put(name, value);
      return this;
    }

    public Builder put(String name, String value) {
      return put(name, new JsonString(value));
    }

    public Builder put(String name, long value) {
      return put(name, JsonNumber.of(value));
    }

    public Builder put(String name, boolean value) {
      return put(name, JsonBoolean.of(value));
    }

    public Builder put(String name, Collection<String> values) {
      return put(name, JsonArray.of(values));
    }

    /** Adds an object of strings, in the order in which the map gives them. */
    public Builder put(String name, Map<String, String> values) {
      Builder object = builder();
      values.forEach(object::put);
      return put(name, object.build());
    }

    public JsonObject build() {
      return new JsonObject(members);
    }
  }
}
