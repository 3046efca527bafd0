package linuxkit.json;

import java.util.Collection;
import java.util.List;

public record JsonArray(List<Json> elements) implements Json {
  public JsonArray {
    elements = List.copyOf(elements);
  }

  /** Returns an array of strings. */
  public static JsonArray of(Collection<String> strings) {
    return new JsonArray(strings.stream().<Json>map(JsonString::new).toList());
  }
}
