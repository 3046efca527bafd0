package linuxkit.json;

/**
 * A JSON value (RFC 8259). Objects are equal if their members are, in any order; numbers are equal
 * only if their text is.
 */
public sealed interface Json
    permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {
  /** The largest number of arrays and objects that may be nested in each other. */
  int MAX_DEPTH = 64;

  /**
   * Reads one value from UTF-8. Refuses duplicate names in an object, comments, anything after the
   * value, bytes that are not UTF-8, and nesting deeper than {@link #MAX_DEPTH}. The caller limits
   * the length.
   *
   * @param where the name of the document, for the failure
   * @throws JsonFailure if the bytes are not exactly one value
   */
  static Json parse(byte[] content, String where) {
    return JsonReader.read(content, where);
  }
}
