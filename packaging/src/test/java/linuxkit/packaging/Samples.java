package linuxkit.packaging;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonBoolean;
import linuxkit.json.JsonNull;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;

/** Values to put into a document: one of every type, and those that a schema treats specially. */
final class Samples {
  private static final List<String> BOUNDS = List.of("minimum", "maximum");

  private Samples() {}

  /** The first is one that the schema allows, where it says which by example or by enumeration. */
  static List<Json> of(JsonObject schema) {
    List<Json> values = new ArrayList<>();
    for (String list : List.of("examples", "enum")) {
      if (schema.get(list).orElse(null) instanceof JsonArray given) {
        given.elements().reversed().forEach(values::add);
      }
    }
    if (schema.get("type").orElse(null) instanceof JsonString(String type)) {
      switch (type) {
        case "boolean" -> values.add(JsonBoolean.TRUE);
        case "integer" -> values.add(JsonNumber.of(100));
        case "array" -> values.add(new JsonArray(List.of()));
        case "object" -> values.add(JsonObject.EMPTY);
        default -> values.add(new JsonString("x"));
      }
    }
    for (String bound : BOUNDS) {
      if (schema.get(bound).orElse(null) instanceof JsonNumber number) {
        long value = number.asLong().orElseThrow();
        values.add(number);
        if (value > Long.MIN_VALUE && value < Long.MAX_VALUE) {
          values.add(JsonNumber.of(value - 1));
          values.add(JsonNumber.of(value + 1));
        }
      }
    }
    List<Json> scalars =
        List.of(
            new JsonString("x"),
            new JsonString(""),
            JsonBoolean.TRUE,
            JsonBoolean.FALSE,
            JsonNumber.of(5),
            JsonNumber.of(-1),
            new JsonNumber("1.5"),
            new JsonNumber("9223372036854775808"),
            JsonNull.NULL);
    values.addAll(scalars);
    values.add(new JsonArray(List.of()));
    values.add(JsonObject.EMPTY);
    for (Json scalar : scalars) {
      values.add(new JsonArray(List.of(scalar)));
      values.add(object(Map.of("no-such-key", scalar)));
    }
    if (schema.get("items").orElse(null) instanceof JsonObject items) {
      of(items).forEach(item -> values.add(new JsonArray(List.of(item))));
    }
    values.add(new JsonArray(List.of(new JsonArray(List.of()))));
    values.add(new JsonArray(List.of(JsonObject.EMPTY)));
    return values.stream().distinct().toList();
  }

  static JsonObject object(Map<String, Json> members) {
    return new JsonObject(new LinkedHashMap<>(members));
  }
}
