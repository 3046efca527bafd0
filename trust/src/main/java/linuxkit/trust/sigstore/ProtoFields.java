package linuxkit.trust.sigstore;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFailure;
import linuxkit.json.JsonNull;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;

/**
 * The members of an object in the JSON form of protocol buffers, where numbers may be strings,
 * bytes are base64, and {@code null} means absent.
 *
 * @param path of the object in its document, for messages
 */
record ProtoFields(JsonObject object, String path) {
  static ProtoFields parse(byte[] document, String name) {
    try {
      return of(Json.parse(document, ""), name);
    } catch (JsonFailure e) {
      throw SigstoreRefusal.of(name + " is not JSON", e);
    }
  }

  static ProtoFields of(Json value, String path) {
    if (value instanceof JsonObject object) {
      return new ProtoFields(object, path);
    }
    throw SigstoreRefusal.of(path + " is not an object");
  }

  /** Refuses members with other names: something that this program does not understand. */
  ProtoFields only(String... names) {
    for (String name : object.members().keySet()) {
      if (!Arrays.asList(names).contains(name)) {
        throw SigstoreRefusal.of(path + " has an unknown member \"" + name + "\"");
      }
    }
    return this;
  }

  boolean has(String name) {
    return get(name).isPresent();
  }

  private Optional<Json> get(String name) {
    return object.get(name).filter(value -> !(value instanceof JsonNull));
  }

  private Json required(String name) {
    return get(name).orElseThrow(() -> SigstoreRefusal.of(path(name) + " is missing"));
  }

  ProtoFields object(String name) {
    return of(required(name), path(name));
  }

  Optional<ProtoFields> optionalObject(String name) {
    return get(name).map(value -> of(value, path(name)));
  }

  String text(String name) {
    return text(required(name), path(name));
  }

  Optional<String> optionalText(String name) {
    return get(name).map(value -> text(value, path(name)));
  }

  private static String text(Json value, String path) {
    if (value instanceof JsonString string) {
      return string.value();
    }
    throw SigstoreRefusal.of(path + " is not a string");
  }

  /** Returns bytes that are not empty. */
  byte[] bytes(String name) {
    return bytes(required(name), path(name));
  }

  Optional<byte[]> optionalBytes(String name) {
    return get(name).map(value -> bytes(value, path(name)));
  }

  static byte[] bytes(Json value, String path) {
    byte[] bytes = base64(text(value, path), path);
    if (bytes.length == 0) {
      throw SigstoreRefusal.of(path + " is empty");
    }
    return bytes;
  }

  /** Decodes base64, with line breaks or without. */
  static byte[] base64(String text, String path) {
    try {
      return Base64.getDecoder().decode(text.replace("\r", "").replace("\n", ""));
    } catch (IllegalArgumentException e) {
      throw SigstoreRefusal.of(path + " is not base64", e);
    }
  }

  /** Returns a number that is not negative. */
  long number(String name) {
    return number(required(name), path(name));
  }

  /** Returns a number that is not negative; 0 if it is absent. */
  long numberOrZero(String name) {
    return get(name).map(value -> number(value, path(name))).orElse(0L);
  }

  private static long number(Json value, String path) {
    OptionalLong number =
        value instanceof JsonNumber plain
            ? plain.asLong()
            : value instanceof JsonString(String text) && text.matches("-?[0-9]{1,18}")
                ? OptionalLong.of(Long.parseLong(text))
                : OptionalLong.empty();
    if (number.isEmpty()) {
      throw SigstoreRefusal.of(path + " is not a whole number");
    }
    if (number.getAsLong() < 0) {
      throw SigstoreRefusal.of(path + " is negative");
    }
    return number.getAsLong();
  }

  Optional<Instant> optionalTime(String name) {
    return optionalText(name).map(text -> time(text, path(name)));
  }

  private static Instant time(String text, String path) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw SigstoreRefusal.of(path + " is not a time", e);
    }
  }

  /** Returns the objects of a list; an absent list is empty. */
  List<ProtoFields> objects(String name, int most) {
    List<Json> elements = list(name, most);
    List<ProtoFields> objects = new ArrayList<>();
    for (Json element : elements) {
      objects.add(of(element, path(name) + "[" + objects.size() + "]"));
    }
    return objects;
  }

  /** Returns the elements of a list; an absent list is empty. */
  List<Json> list(String name, int most) {
    if (get(name).isEmpty()) {
      return List.of();
    }
    if (!(required(name) instanceof JsonArray(List<Json> elements))) {
      throw SigstoreRefusal.of(path(name) + " is not a list");
    }
    if (elements.size() > most) {
      throw SigstoreRefusal.of(path(name) + " has more than " + most + " elements");
    }
    return elements;
  }

  String path(String name) {
    return path + "." + name;
  }
}
