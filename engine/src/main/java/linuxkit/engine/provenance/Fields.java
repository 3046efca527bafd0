package linuxkit.engine.provenance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import linuxkit.base.Printable;
import linuxkit.filesystem.FileTree;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonBoolean;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.trust.TrustFailure;

/** Typed access to the members of an object in a provenance. Failures name the member's path. */
final class Fields {
  private static final int MOST = 100_000;

  private final JsonObject object;
  private final String path;
  private final String where;

  private Fields(JsonObject object, String path, String where) {
    this.object = object;
    this.path = path;
    this.where = where;
  }

  static Fields of(Json document, String where) {
    if (document instanceof JsonObject object) {
      return new Fields(object, "", where);
    }
    throw new TrustFailure("the document is not an object", where, "");
  }

  boolean has(String name) {
    return object.get(name).isPresent();
  }

  /** Refuses members that this version does not know, since they may mean anything. */
  Fields allowing(Set<String> names) {
    for (String name : object.members().keySet()) {
      if (!names.contains(name)) {
        throw failure(name, "is not known to this version of linuxkit");
      }
    }
    return this;
  }

  String text(String name) {
    if (required(name) instanceof JsonString string) {
      return string.value();
    }
    throw failure(name, "is not a string");
  }

  /** Returns a string that is the name of a file, without a folder. */
  String fileName(String name) {
    String text = text(name);
    if (!FileTree.isName(text) || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw failure(name, "is not the name of a file");
    }
    return text;
  }

  /** Returns a string; empty if it is missing. */
  String optional(String name) {
    return has(name) ? text(name) : "";
  }

  boolean flag(String name) {
    if (required(name) instanceof JsonBoolean flag) {
      return flag.value();
    }
    throw failure(name, "is not true or false");
  }

  long number(String name) {
    if (required(name) instanceof JsonNumber number && number.asLong().isPresent()) {
      return number.asLong().getAsLong();
    }
    throw failure(name, "is not an integer");
  }

  Fields object(String name) {
    return fields(required(name), name);
  }

  /** Returns a list of objects; empty if it is missing. */
  List<Fields> objects(String name) {
    List<Fields> all = new ArrayList<>();
    for (Json element : elements(name)) {
      all.add(fields(element, name + "[" + all.size() + "]"));
    }
    return all;
  }

  List<String> texts(String name) {
    List<String> all = new ArrayList<>();
    for (Json element : elements(name)) {
      if (!(element instanceof JsonString string)) {
        throw failure(name + "[" + all.size() + "]", "is not a string");
      }
      all.add(string.value());
    }
    return all;
  }

  /** Returns an object of strings; empty if it is missing. Other values are left out. */
  SequencedMap<String, String> strings(String name) {
    SequencedMap<String, String> all = new LinkedHashMap<>();
    if (has(name)) {
      object(name)
          .object
          .members()
          .forEach(
              (key, value) -> {
                if (value instanceof JsonString string) {
                  all.put(key, string.value());
                }
              });
    }
    return all;
  }

  private List<Json> elements(String name) {
    Optional<Json> value = object.get(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!(value.get() instanceof JsonArray array) || array.elements().size() > MOST) {
      throw failure(name, "is not a list of at most " + MOST + " elements");
    }
    return array.elements();
  }

  private Fields fields(Json value, String name) {
    if (value instanceof JsonObject inner) {
      return new Fields(inner, path + name + ".", where);
    }
    throw failure(name, "is not an object");
  }

  private Json required(String name) {
    return object.get(name).orElseThrow(() -> failure(name, "is missing"));
  }

  /** Returns a failure for a member. */
  TrustFailure failure(String name, String what) {
    return new TrustFailure(Printable.line(path + name) + " " + what, where, "");
  }
}
