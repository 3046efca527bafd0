package linuxkit.oci.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Jackson's tokens put together to values. */
final class JsonReader {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(Json.MAX_DEPTH).build())
          .build();

  private final JsonParser parser;
  private final String where;

  private JsonReader(JsonParser parser, String where) {
    this.parser = parser;
    this.where = where;
  }

  static Json read(byte[] content, String where) {
    // Given bytes, Jackson would guess among UTF-8, UTF-16 and UTF-32.
    char[] text = decode(content, where);
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      JsonReader reader = new JsonReader(parser, where);
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new JsonFailure("it is empty", where, null);
      }
      Json value = reader.value(first);
      if (parser.nextToken() != null) {
        throw reader.failure("something follows the value");
      }
      return value;
    } catch (JacksonException e) {
      throw new JsonFailure(e.getOriginalMessage() + at(e.getLocation()), where, e);
    }
  }

  private static char[] decode(byte[] content, String where) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
      char[] chars = new char[text.remaining()];
      text.get(chars);
      return chars;
    } catch (CharacterCodingException e) {
      throw new JsonFailure("it is not UTF-8", where, e);
    }
  }

  // Recursion is bounded by MAX_DEPTH, which the parser holds.
  private Json value(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> new JsonString(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getString());
      case VALUE_TRUE -> JsonBoolean.TRUE;
      case VALUE_FALSE -> JsonBoolean.FALSE;
      case VALUE_NULL -> JsonNull.NULL;
      case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new IllegalStateException("no value begins with " + token);
    };
  }

  private JsonObject object() {
    LinkedHashMap<String, Json> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      Json value = value(parser.nextToken());
      if (members.putIfAbsent(name, value) != null) {
        throw failure("\"" + name + "\" is there twice");
      }
    }
    return new JsonObject(members);
  }

  private JsonArray array() {
    List<Json> elements = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      elements.add(value(token));
    }
    return new JsonArray(elements);
  }

  private JsonFailure failure(String what) {
    return new JsonFailure(what + at(parser.currentLocation()), where, null);
  }

  // Broken limits, as that on nesting, come without a place.
  private static String at(@Nullable TokenStreamLocation location) {
    return location == null
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }
}
