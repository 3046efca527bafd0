package linuxkit.json;

/**
 * A JSON value (RFC 8259). Two values are equal when they say the same; for numbers, that is when
 * they are written alike.
 */
public sealed interface Json
    permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {
  /** How deep arrays and objects may lie within each other. */
  int MAX_DEPTH = 64;

  /**
   * Reads one value from UTF-8, strictly: duplicate names in an object, comments, anything after
   * the value, bytes that are not UTF-8 and nesting deeper than {@link #MAX_DEPTH} are refused. The
   * caller bounds the length.
   *
   * @param where what the bytes are, for the failure
   * @throws JsonFailure when they are anything but one value
   */
  static Json parse(byte[] content, String where) {
    return JsonReader.read(content, where);
  }
}
