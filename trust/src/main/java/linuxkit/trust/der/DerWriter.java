package linuxkit.trust.der;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Writes values in DER. The caller orders the members of a SET. */
public final class DerWriter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private DerWriter() {}

  /** Returns a value with a tag and the bytes of its content, one after the other. */
  public static byte[] value(int tag, byte[]... content) {
    int length = Arrays.stream(content).mapToInt(part -> part.length).sum();
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      int count = (39 - Integer.numberOfLeadingZeros(length)) / 8;
      out.write(0x80 | count);
      for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
        out.write(length >> shift);
      }
    }
    for (byte[] part : content) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  public static byte[] sequence(byte[]... values) {
    return value(Tag.SEQUENCE, values);
  }

  public static byte[] sequence(List<byte[]> values) {
    return value(Tag.SEQUENCE, values.toArray(byte[][]::new));
  }

  public static byte[] integer(BigInteger number) {
    return value(Tag.INTEGER, number.toByteArray());
  }

  public static byte[] integer(long number) {
    return integer(BigInteger.valueOf(number));
  }

  public static byte[] octets(byte[]... content) {
    return value(Tag.OCTET_STRING, content);
  }

  /** Returns a BIT STRING of whole octets. */
  public static byte[] bits(byte[] content) {
    return value(Tag.BIT_STRING, new byte[1], content);
  }

  public static byte[] utf8(String text) {
    return value(Tag.UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a GeneralizedTime in whole seconds. */
  public static byte[] time(Instant time) {
    return value(Tag.GENERALIZED_TIME, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  public static byte[] nul() {
    return value(Tag.NULL);
  }

  public static byte[] yes() {
    return value(Tag.BOOLEAN, new byte[] {-1});
  }

  /** Returns an object identifier, given in dotted decimals. */
  public static byte[] oid(String dotted) {
    long[] arcs = Arrays.stream(dotted.split("\\.")).mapToLong(Long::parseLong).toArray();
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    arc(arcs[0] * 40 + arcs[1], content);
    for (int i = 2; i < arcs.length; i++) {
      arc(arcs[i], content);
    }
    return value(Tag.OID, content.toByteArray());
  }

  private static void arc(long value, ByteArrayOutputStream out) {
    int groups = Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
    for (int group = groups - 1; group >= 0; group--) {
      out.write((int) ((value >> (7 * group)) & 0x7f) | (group > 0 ? 0x80 : 0));
    }
  }
}
