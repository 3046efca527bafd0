package linuxkit.yaml;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Turns the bytes of a document into nodes. */
public final class YamlDocument {
  /** The size of the largest document in bytes: larger than any that a person writes. */
  public static final int LARGEST = 16 << 20;

  private YamlDocument() {}

  /**
   * Reads the first document of a stream. Further documents cause a warning.
   *
   * <p>Refuses, each with its place: text that is not UTF-8 or has control characters, duplicate or
   * non-string keys, tags other than {@code !!str}, {@code !!seq} and {@code !!map}, nesting deeper
   * than 64, and aliases that multiply into more than a million nodes. A byte order mark is
   * skipped.
   *
   * @param file the name to show
   * @return empty if the document has errors, which are then in {@code diagnostics}
   */
  public static Optional<YamlNode> parse(String file, byte[] bytes, Diagnostics diagnostics) {
    return parse(new Position(file, 1, 1), bytes, diagnostics);
  }

  /**
   * Reads the first document of a stream, as {@link #parse(String, byte[], Diagnostics)} does.
   *
   * @param start the name to show, and whether messages may quote the document
   */
  public static Optional<YamlNode> parse(Position start, byte[] bytes, Diagnostics diagnostics) {
    if (bytes.length > LARGEST) {
      diagnostics.error(start, "(root)", "larger than " + (LARGEST >> 20) + " MiB");
      return Optional.empty();
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      diagnostics.error(start, "(root)", "not UTF-8 text");
      return Optional.empty();
    }
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    int control = firstControl(text);
    if (control >= 0) {
      diagnostics.error(
          positionOf(start, text, control),
          "(root)",
          "the character U+%04X is not allowed in YAML".formatted(text.codePointAt(control)));
      return Optional.empty();
    }
    return new Composer(start, diagnostics).compose(text);
  }

  private static int firstControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean allowed =
          c >= ' ' ? c != 0x7F && (c < 0x80 || c > 0x9F || c == 0x85) : "\t\n\r".indexOf(c) >= 0;
      if (!allowed || c == '\uFEFF' || c >= '\uFFFE') {
        return i;
      }
    }
    return -1;
  }

  private static Position positionOf(Position document, String text, int index) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < index; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return document.at(line, text.codePointCount(start, index) + 1);
  }
}
