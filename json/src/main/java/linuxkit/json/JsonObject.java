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

  /** Returns the value of a member, if the object has one of that name. */
  public Optional<Json> get(String name) {
    return Optional.ofNullable(members.get(name));
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects the members of an object. */
  public static final class Builder {
    private final LinkedHashMap<String, Json> members = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds a member after the others. A member of that name keeps its place and gets the new value.
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

    /** Adds an object of strings, in the map's order. */
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
