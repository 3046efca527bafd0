package linuxkit.engine.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import linuxkit.base.Nearest;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.oci.Digest;

/** The members of an object in a lock file. Failures say where a member is. */
final class LockFields {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  private final JsonObject object;
  private final List<String> path;
  private final String file;
  private final String text;

  private LockFields(JsonObject object, List<String> path, String file, String text) {
    this.object = object;
    this.path = path;
    this.file = file;
    this.text = text;
  }

  static LockFields root(Json document, String file, String text) {
    if (document instanceof JsonObject object) {
      return new LockFields(object, List.of(), file, text);
    }
    throw new LockFailure("a lock file is a JSON object", file + ":1:1", "");
  }

  /** Checks that the object has no other members. */
  LockFields only(String... names) {
    for (String name : object.members().keySet()) {
      if (!Set.of(names).contains(name)) {
        throw failure(
            name,
            "unknown key \"" + name + "\"",
            Nearest.to(name, List.of(names))
                .map(nearest -> "did you mean " + nearest + "?")
                .orElse(""));
      }
    }
    return this;
  }

  Set<String> names() {
    return object.members().keySet();
  }

  String text(String name) {
    if (required(name) instanceof JsonString string) {
      return string.value();
    }
    throw wrong(name, "is not a string");
  }

  /** Returns a whole number from 0 to {@code most}. */
  long number(String name, long most) {
    long value = required(name) instanceof JsonNumber number ? number.asLong().orElse(-1) : -1;
    if (value < 0 || value > most) {
      throw failure(name, "\"" + name + "\" is not a whole number from 0 to " + most, "");
    }
    return value;
  }

  Digest digest(String name) {
    return Digest.parse(text(name)).orElseThrow(() -> failure(name, notA(name, "a digest"), ""));
  }

  /** Returns a SHA-256 in 64 hexadecimal digits. */
  String sha256(String name) {
    String value = text(name);
    if (HEX.matcher(value).matches()) {
      return value;
    }
    throw wrong(name, "is not a SHA-256");
  }

  LockFields object(String name) {
    if (required(name) instanceof JsonObject value) {
      return new LockFields(value, below(path, name), file, text);
    }
    throw wrong(name, "is not an object");
  }

  /** Reads an object whose members are all of one kind; empty if it is missing. */
  <T> SortedMap<String, T> map(String name, BiFunction<LockFields, String, T> read) {
    SortedMap<String, T> map = new TreeMap<>();
    if (object.get(name).isPresent()) {
      LockFields fields = object(name);
      fields.names().forEach(key -> map.put(key, read.apply(fields, key)));
    }
    return map;
  }

  /** Reads a list of objects; empty if it is missing. */
  List<LockFields> objects(String name) {
    Optional<Json> value = object.get(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!(value.get() instanceof JsonArray array)) {
      throw wrong(name, "is not a list");
    }
    List<LockFields> all = new ArrayList<>();
    for (Json element : array.elements()) {
      List<String> place = below(below(path, name), String.valueOf(all.size()));
      if (!(element instanceof JsonObject member)) {
        throw new LockFailure(
            "an element of \"" + name + "\" is not an object",
            JsonPlace.of(file, text, place).toString(),
            "");
      }
      all.add(new LockFields(member, place, file, text));
    }
    return all;
  }

  private Json required(String name) {
    return object.get(name).orElseThrow(() -> failure(name, "\"" + name + "\" is missing", ""));
  }

  private LockFailure wrong(String name, String how) {
    return failure(name, "\"" + name + "\" " + how, "");
  }

  static String notA(String name, String kind) {
    return "\"" + name + "\" is not " + kind;
  }

  /** Returns a failure at a member. */
  LockFailure failure(String name, String what, String hint) {
    return new LockFailure(what, JsonPlace.of(file, text, below(path, name)).toString(), hint);
  }

  private static List<String> below(List<String> path, String name) {
    List<String> all = new ArrayList<>(path);
    all.add(name);
    return all;
  }
}
