package linuxkit.trust.der;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import linuxkit.trust.TrustFailure;

/**
 * A value in DER, read when it is asked for. Lengths are definite and minimal, tags have one octet,
 * nesting is limited to {@link #MAX_DEPTH}. What is not so is refused with a {@link TrustFailure}.
 */
public final class Der {
  /** The most values that may be nested in each other. */
  public static final int MAX_DEPTH = 32;

  /** The most values that one value may hold. */
  public static final int MAX_CHILDREN = 1024;

  private static final int CONSTRUCTED = 0x20;
  private static final int LONG_TAG = 0x1f;

  private final byte[] bytes;
  private final int start;
  private final int contentStart;
  private final int end;
  private final int depth;

  private Der(byte[] bytes, int start, int contentStart, int end, int depth) {
    this.bytes = bytes;
    this.start = start;
    this.contentStart = contentStart;
    this.end = end;
    this.depth = depth;
  }

  /** Reads exactly one value. The caller limits the length and does not change the bytes. */
  public static Der parse(byte[] bytes) {
    Der value = at(bytes, 0, bytes.length, 1);
    if (value.end != bytes.length) {
      throw malformed("there are more bytes after the value");
    }
    return value;
  }

  private static Der at(byte[] bytes, int start, int limit, int depth) {
    if (depth > MAX_DEPTH) {
      throw malformed("values are nested more than " + MAX_DEPTH + " levels deep");
    }
    if (limit - start < 2) {
      throw malformed("a value is cut off");
    }
    if ((bytes[start] & LONG_TAG) == LONG_TAG) {
      throw malformed("a tag has more than one octet");
    }
    int first = bytes[start + 1] & 0xff;
    if (first < 0x80) {
      return new Der(bytes, start, start + 2, end(start + 2, first, limit), depth);
    }
    int count = first & 0x7f;
    if (count == 0) {
      throw malformed("a length is indefinite");
    }
    if (count > 4 || limit - start - 2 < count) {
      throw malformed("a length is too large");
    }
    long length = 0;
    for (int i = 0; i < count; i++) {
      length = (length << 8) | (bytes[start + 2 + i] & 0xff);
    }
    if (length < 0x80 || length >> (8 * (count - 1)) == 0) {
      throw malformed("a length is not written in its shortest form");
    }
    int content = start + 2 + count;
    return new Der(bytes, start, content, end(content, length, limit), depth);
  }

  private static int end(int content, long length, int limit) {
    if (length > limit - content) {
      throw malformed("a value is cut off");
    }
    return content + (int) length;
  }

  public int tag() {
    return bytes[start] & 0xff;
  }

  public boolean is(int tag) {
    return tag() == tag;
  }

  /** Returns this value if it has a tag. */
  public Der as(int tag) {
    if (!is(tag)) {
      throw malformed("tag %02x found where %02x is expected".formatted(tag(), tag));
    }
    return this;
  }

  /** Returns the content without tag and length. */
  public byte[] content() {
    return Arrays.copyOfRange(bytes, contentStart, end);
  }

  /** Returns the whole value with tag and length. */
  public byte[] encoded() {
    return Arrays.copyOfRange(bytes, start, end);
  }

  /** Returns the values that this one holds. */
  public List<Der> children() {
    if ((tag() & CONSTRUCTED) == 0) {
      throw malformed("tag %02x holds no other values".formatted(tag()));
    }
    List<Der> children = new ArrayList<>();
    for (int at = contentStart; at < end; at = children.getLast().end) {
      if (children.size() == MAX_CHILDREN) {
        throw malformed("a value holds more than " + MAX_CHILDREN + " others");
      }
      children.add(at(bytes, at, end, depth + 1));
    }
    return children;
  }

  /** Returns the values of a SEQUENCE, of which there are at least some. */
  public List<Der> sequence(int least) {
    List<Der> children = as(Tag.SEQUENCE).children();
    if (children.size() < least) {
      throw malformed("a sequence holds fewer than " + least + " values");
    }
    return children;
  }

  /** Returns the only value that this one holds. */
  public Der only() {
    List<Der> children = children();
    if (children.size() != 1) {
      throw malformed("a value holds " + children.size() + " others instead of one");
    }
    return children.getFirst();
  }

  /** Reads the content of an OCTET STRING as a value. */
  public Der wrapped() {
    as(Tag.OCTET_STRING);
    Der value = at(bytes, contentStart, end, depth + 1);
    if (value.end != end) {
      throw malformed("there are more bytes after the value");
    }
    return value;
  }

  public BigInteger integer() {
    as(Tag.INTEGER);
    int length = end - contentStart;
    boolean padded =
        length > 1
            && ((bytes[contentStart] == 0 && bytes[contentStart + 1] >= 0)
                || (bytes[contentStart] == -1 && bytes[contentStart + 1] < 0));
    if (length == 0 || padded) {
      throw malformed("an integer is not written in its shortest form");
    }
    return new BigInteger(bytes, contentStart, length);
  }

  public boolean bool() {
    as(Tag.BOOLEAN);
    if (end - contentStart != 1 || (bytes[contentStart] != 0 && bytes[contentStart] != -1)) {
      throw malformed("a boolean is neither 00 nor ff");
    }
    return bytes[contentStart] != 0;
  }

  public byte[] octets() {
    return as(Tag.OCTET_STRING).content();
  }

  /** Returns an object identifier in dotted decimals. */
  public String oid() {
    as(Tag.OID);
    StringBuilder text = new StringBuilder();
    long arc = 0;
    boolean begins = true;
    for (int at = contentStart; at < end; at++) {
      if ((begins && (bytes[at] & 0xff) == 0x80) || arc >> 48 != 0) {
        throw malformed("an object identifier is malformed");
      }
      arc = (arc << 7) | (bytes[at] & 0x7f);
      begins = bytes[at] >= 0;
      if (begins) {
        text.append(text.isEmpty() ? firstArcs(arc) : "." + arc);
        arc = 0;
      }
    }
    if (!begins || text.isEmpty()) {
      throw malformed("an object identifier is cut off");
    }
    return text.toString();
  }

  private static String firstArcs(long value) {
    long top = Math.min(value / 40, 2);
    return top + "." + (value - top * 40);
  }

  /** Returns the text of a UTF8String. */
  public String utf8() {
    as(Tag.UTF8_STRING);
    try {
      ByteBuffer text = ByteBuffer.wrap(bytes, contentStart, end - contentStart);
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw new TrustFailure("malformed DER: a string is not UTF-8", "", "", e);
    }
  }

  /** Returns the content, which must be ASCII: that of an IA5String with any tag. */
  public String ascii() {
    for (int at = contentStart; at < end; at++) {
      if (bytes[at] < 0) {
        throw malformed("a string is not ASCII");
      }
    }
    return new String(bytes, contentStart, end - contentStart, StandardCharsets.US_ASCII);
  }

  /** Returns the time of a UTCTime or GeneralizedTime in the form of DER, in UTC. */
  public Instant time() {
    return DerTime.read(this);
  }

  static TrustFailure malformed(String what) {
    return new TrustFailure("malformed DER: " + what, "", "");
  }
}
