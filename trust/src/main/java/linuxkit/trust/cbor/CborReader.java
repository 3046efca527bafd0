package linuxkit.trust.cbor;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import linuxkit.base.Printable;
import linuxkit.trust.TrustFailure;

/**
 * A reader of one value in the only form that the value has: definite lengths and shortest numbers
 * (RFC 8949, section 4.2.1), except that the keys of maps may be in any order. Values that a
 * document may not have are refused before memory is allocated for them.
 */
public final class CborReader {
  /** The largest number of arrays, maps and tags that may be nested in each other. */
  public static final int MAX_DEPTH = 16;

  /** The largest number of values in a document, including nested ones. */
  public static final int MAX_ITEMS = 4096;

  private static final int INDEFINITE = 31;
  private static final int ONE_BYTE = 24;
  private static final int EIGHT_BYTES = 27;

  private final byte[] bytes;
  private final String where;
  private int position;
  private int depth;
  private int items;

  private CborReader(byte[] bytes, String where) {
    this.bytes = bytes;
    this.where = Printable.line(where);
  }

  /**
   * Reads bytes that are exactly one value. The caller limits the length.
   *
   * @param where the name of the document, for the failure
   * @throws TrustFailure if they are not
   */
  public static Cbor read(byte[] bytes, String where) {
    CborReader reader = new CborReader(bytes, where);
    Cbor value = reader.value();
    if (reader.position < bytes.length) {
      throw reader.failure("there are more bytes after the value");
    }
    return value;
  }

  // Recursion is bounded by MAX_DEPTH.
  private Cbor value() {
    if (++items > MAX_ITEMS) {
      throw failure("there are more than " + MAX_ITEMS + " values");
    }
    int head = next();
    int information = head & 0x1f;
    return switch (head >> 5) {
      case 0 -> new Cbor.Int(argument(information));
      case 1 -> new Cbor.Int(-1 - argument(information));
      case 2 -> new Cbor.Bytes(string(information));
      case 3 -> new Cbor.Text(text(string(information)));
      case 4 -> array(count(information, 1));
      case 5 -> mapping(count(information, 2));
      case 6 -> tagged(argument(information));
      default -> simple(information);
    };
  }

  private Cbor simple(int information) {
    return switch (information) {
      case 20 -> new Cbor.Bool(false);
      case 21 -> new Cbor.Bool(true);
      case 22 -> new Cbor.Null();
      case 25, 26, 27 -> throw failure("floating-point numbers are not accepted");
      default -> throw failure("this simple value is not accepted: " + information);
    };
  }

  private Cbor tagged(long tag) {
    begin();
    Cbor value = value();
    depth--;
    return new Cbor.Tagged(tag, value);
  }

  private Cbor array(int count) {
    begin();
    List<Cbor> elements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      elements.add(value());
    }
    depth--;
    return new Cbor.Array(elements);
  }

  private Cbor mapping(int count) {
    begin();
    SequencedMap<Cbor, Cbor> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      Cbor key = value();
      if (!(key instanceof Cbor.Int || key instanceof Cbor.Text)) {
        throw failure("a key of a map is neither a number nor a text");
      }
      if (entries.putIfAbsent(key, value()) != null) {
        throw failure("a map has the key " + shown(key) + " twice");
      }
    }
    depth--;
    return new Cbor.Mapping(entries);
  }

  private static String shown(Cbor key) {
    return key instanceof Cbor.Text text
        ? '"' + Printable.line(text.value()) + '"'
        : Long.toString(((Cbor.Int) key).value());
  }

  private void begin() {
    if (++depth > MAX_DEPTH) {
      throw failure("values are nested more than " + MAX_DEPTH + " levels deep");
    }
  }

  /** Reads how many elements follow, of which each has at least the given size. */
  private int count(int information, int size) {
    long count = argument(information);
    if (count > (bytes.length - position) / size) {
      throw failure("an array or map has more elements than bytes follow");
    }
    return (int) count;
  }

  private byte[] string(int information) {
    long length = argument(information);
    if (length > bytes.length - position) {
      throw failure("a string is longer than the document");
    }
    int start = position;
    position += (int) length;
    return Arrays.copyOfRange(bytes, start, position);
  }

  private String text(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException _) {
      throw failure("a text is not UTF-8");
    }
  }

  private long argument(int information) {
    if (information < ONE_BYTE) {
      return information;
    }
    if (information == INDEFINITE) {
      throw failure("a value has an indefinite length");
    }
    if (information > EIGHT_BYTES) {
      throw failure("a reserved form of length");
    }
    int size = 1 << (information - ONE_BYTE);
    long argument = 0;
    for (int i = 0; i < size; i++) {
      argument = argument << 8 | next();
    }
    if (argument < 0) {
      throw failure("a number or length has more than 63 bits");
    }
    // One byte is for numbers from 24, each further size for those that do not fit the one before.
    if (size == 1 ? argument < ONE_BYTE : argument >>> (4 * size) == 0) {
      throw failure("a number or length is not in its shortest form");
    }
    return argument;
  }

  private int next() {
    if (position == bytes.length) {
      throw failure("the document ends within a value");
    }
    return bytes[position++] & 0xff;
  }

  private TrustFailure failure(String what) {
    return new TrustFailure("not valid CBOR: " + what + " (byte " + position + ")", where, "");
  }
}
