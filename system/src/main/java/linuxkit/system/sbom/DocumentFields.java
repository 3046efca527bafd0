package linuxkit.system.sbom;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonBoolean;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;

/** The members of a foreign JSON object that have the right type; the others count as absent. */
record DocumentFields(JsonObject object) {
  /** Returns a text; empty if it is absent. */
  String text(String name) {
    return object.get(name).orElse(null) instanceof JsonString text ? text.value() : "";
  }

  boolean isFalse(String name) {
    return object.get(name).filter(JsonBoolean.FALSE::equals).isPresent();
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Json element : elements(name)) {
      if (element instanceof JsonString text) {
        texts.add(text.value());
      }
    }
    return texts;
  }

  List<DocumentFields> objects(String name) {
    List<DocumentFields> objects = new ArrayList<>();
    for (Json element : elements(name)) {
      if (element instanceof JsonObject each) {
        objects.add(new DocumentFields(each));
      }
    }
    return objects;
  }

  Optional<DocumentFields> object(String name) {
    return object.get(name).orElse(null) instanceof JsonObject each
        ? Optional.of(new DocumentFields(each))
        : Optional.empty();
  }

  private List<Json> elements(String name) {
    return object.get(name).orElse(null) instanceof JsonArray array ? array.elements() : List.of();
  }

  /** Copies members that are not empty texts. */
  void copyTexts(JsonObject.Builder to, List<String> names) {
    for (String name : names) {
      String text = text(name);
      if (!text.isEmpty()) {
        to.put(name, text);
      }
    }
  }

  /** Copies a list of texts unless it is empty. */
  void copyList(JsonObject.Builder to, String name) {
    List<String> texts = texts(name);
    if (!texts.isEmpty()) {
      to.put(name, texts);
    }
  }

  /** Copies those objects of a list that have all of the required texts. */
  void copyObjects(
      JsonObject.Builder to, String name, List<String> required, List<String> optional) {
    List<Json> copies = new ArrayList<>();
    for (DocumentFields each : objects(name)) {
      if (required.stream().noneMatch(member -> each.text(member).isEmpty())) {
        JsonObject.Builder copy = JsonObject.builder();
        each.copyTexts(copy, required);
        each.copyTexts(copy, optional);
        copies.add(copy.build());
      }
    }
    if (!copies.isEmpty()) {
      to.put(name, new JsonArray(copies.stream().distinct().toList()));
    }
  }
}
