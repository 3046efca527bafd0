package linuxkit.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonNull;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;

/**
 * Typed access to the members of a JSON object. Failures name a member by its path. A null member
 * counts as missing, because Go writes empty lists as null.
 */
public final class JsonFields {
  // 1 TiB is larger than any layer, and sums of such sizes do not overflow.
  private static final long MAX_SIZE = 1L << 40;

  private final JsonObject object;
  private final String path;
  private final String where;

  private JsonFields(JsonObject object, String path, String where) {
    this.object = object;
    this.path = path;
    this.where = where;
  }

  /**
   * Reads a document that is an object.
   *
   * @param where the document, for failures
   * @throws ManifestFailure if it is anything else
   */
  public static JsonFields parse(byte[] document, String where) {
    if (Json.parse(document, where) instanceof JsonObject object) {
      return new JsonFields(object, "", where);
    }
    throw new ManifestFailure("the document is not a JSON object", where, "");
  }

  /**
   * Reads a document that is a list of objects.
   *
   * @param where the document, for failures
   * @throws ManifestFailure if it is anything else
   */
  public static List<JsonFields> parseList(byte[] document, String where) {
    if (Json.parse(document, where) instanceof JsonArray array) {
      JsonFields root = new JsonFields(JsonObject.EMPTY, "", where);
      List<JsonFields> objects = new ArrayList<>();
      for (Json element : array.elements()) {
        objects.add(root.fields(element, "[" + objects.size() + "]"));
      }
      return List.copyOf(objects);
    }
    throw new ManifestFailure("the document is not a JSON list", where, "");
  }

  public boolean has(String name) {
    return value(name).isPresent();
  }

  /** Returns a string; empty if it is missing. */
  public String text(String name) {
    return value(name).map(v -> string(v, path + name)).orElse("");
  }

  public String requiredText(String name) {
    return string(required(name), path + name);
  }

  long size(String name) {
    if (!(required(name) instanceof JsonNumber number)) {
      throw failure(name, "is not a number");
    }
    long size = number.asLong().orElse(-1);
    if (size < 0 || size > MAX_SIZE) {
      throw failure(name, "is not a size in bytes: " + number.text());
    }
    return size;
  }

  Digest digest(String name) {
    return digest(requiredText(name), path + name);
  }

  List<Digest> digests(String name) {
    List<Digest> digests = new ArrayList<>();
    for (String text : texts(name)) {
      digests.add(digest(text, path + name + "[" + digests.size() + "]"));
    }
    return List.copyOf(digests);
  }

  /** Returns a list of strings; empty if it is missing. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Json element : elements(name)) {
      texts.add(string(element, path + name + "[" + texts.size() + "]"));
    }
    return List.copyOf(texts);
  }

  /** Returns an object of strings; empty if it is missing. */
  SortedMap<String, String> map(String name) {
    SortedMap<String, String> map = new TreeMap<>();
    object(name)
        .ifPresent(
            fields ->
                fields.object.members().forEach((k, v) -> map.put(k, string(v, fields.path + k))));
    return map;
  }

  Optional<JsonFields> object(String name) {
    return value(name).map(v -> fields(v, path + name));
  }

  JsonFields requiredObject(String name) {
    return fields(required(name), path + name);
  }

  List<JsonFields> objects(String name) {
    List<JsonFields> objects = new ArrayList<>();
    for (Json element : elements(name)) {
      objects.add(fields(element, path + name + "[" + objects.size() + "]"));
    }
    return List.copyOf(objects);
  }

  ManifestFailure failure(String name, String what) {
    return new ManifestFailure("\"" + path + name + "\" " + what, where, "");
  }

  private Optional<Json> value(String name) {
    return object.get(name).filter(v -> v != JsonNull.NULL);
  }

  private Json required(String name) {
    return value(name).orElseThrow(() -> failure(name, "is missing"));
  }

  private List<Json> elements(String name) {
    if (value(name).orElse(new JsonArray(List.of())) instanceof JsonArray array) {
      return array.elements();
    }
    throw failure(name, "is not a list");
  }

  private JsonFields fields(Json value, String at) {
    if (value instanceof JsonObject members) {
      return new JsonFields(members, at + ".", where);
    }
    throw new ManifestFailure("\"" + at + "\" is not an object", where, "");
  }

  private String string(Json value, String at) {
    if (value instanceof JsonString string) {
      return string.value();
    }
    throw new ManifestFailure("\"" + at + "\" is not a string", where, "");
  }

  private Digest digest(String text, String at) {
    return Digest.parse(text)
        .orElseThrow(
            () ->
                new ManifestFailure(
                    "\"" + at + "\" is not a sha256 or sha512 digest: " + text, where, ""));
  }
}
