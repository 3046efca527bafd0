package linuxkit.filesystem.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import linuxkit.base.NameBytes;
import linuxkit.base.io.PositionTrackingOutput;
import linuxkit.filesystem.Metadata;

/**
 * Writes the header of one entry at a time: a ustar block, with a pax extended header before it for
 * fields that do not fit (POSIX.1-2017, pax).
 */
final class TarHeaderWriter {
  private static final int NAME = 100;
  private static final int PREFIX = 155;

  private final byte[] block = new byte[TarHeader.SIZE];

  /** Sorted by key, so that equal entries give equal bytes. */
  private final TreeMap<String, byte[]> records = new TreeMap<>();

  /** Begins another entry. Its size is 0 until it is set. */
  void begin(char type, int permissions) {
    Arrays.fill(block, (byte) 0);
    records.clear();
    block[156] = (byte) type;
    octal(100, 8, permissions);
    octal(108, 8, 0);
    octal(116, 8, 0);
    octal(124, 12, 0);
    octal(136, 12, 0);
    ascii("ustar\00000", 257);
    octal(329, 8, 0);
    octal(337, 8, 0);
  }

  void record(String key, byte[] value) {
    records.put(key, value);
  }

  void owner(Metadata metadata) {
    number(108, 8, "uid", metadata.uid());
    number(116, 8, "gid", metadata.gid());
    number(136, 12, "mtime", metadata.modified());
  }

  void size(long size) {
    number(124, 12, "size", size);
  }

  void device(int major, int minor) {
    octal(329, 8, major);
    octal(337, 8, minor);
  }

  void link(String target) {
    byte[] bytes = NameBytes.encode(target);
    if (bytes.length <= NAME && fitsFields(target)) {
      put(bytes, 0, bytes.length, 157);
    } else {
      record("linkpath", bytes);
    }
  }

  /**
   * Sets the name: in a field of 100 bytes, in two of 155 and 100 split at a slash, or in a record.
   */
  void name(String path) {
    byte[] bytes = NameBytes.encode(path);
    int slash = bytes.length <= NAME ? -1 : slash(bytes, bytes.length - NAME - 1);
    if (bytes.length <= NAME && fitsFields(path)) {
      put(bytes, 0, bytes.length, 0);
    } else if (slash > 0 && slash <= PREFIX && slash < bytes.length - 1 && fitsFields(path)) {
      put(bytes, slash + 1, bytes.length, 0);
      put(bytes, 0, slash, 345);
    } else {
      // A name for readers that do not know pax headers.
      StringBuilder name = new StringBuilder();
      path.codePoints().limit(NAME).forEach(c -> name.append(c < 0x80 ? (char) c : '_'));
      ascii(name.toString(), 0);
      record("path", bytes);
    }
  }

  /**
   * Returns whether readers agree on a name outside pax records, which are in UTF-8. They take
   * bytes that are not UTF-8 as they are.
   */
  private static boolean fitsFields(String name) {
    return isAscii(name) || !NameBytes.isText(name);
  }

  private static int slash(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '/') {
        return i;
      }
    }
    return -1;
  }

  void writeTo(PositionTrackingOutput out) throws IOException {
    if (!records.isEmpty()) {
      byte[] encoded = encode(records);
      TarHeaderWriter extended = new TarHeaderWriter();
      extended.begin('x', 0644);
      extended.size(encoded.length);
      extended.ascii("PaxHeader", 0);
      extended.writeTo(out);
      out.write(encoded);
      out.pad(TarHeader.SIZE);
    }
    int sum = 8 * ' ';
    for (byte b : block) {
      sum += b & 0xff;
    }
    octal(148, 7, sum);
    block[155] = ' ';
    out.write(block);
    Arrays.fill(block, 148, 156, (byte) 0);
  }

  private static byte[] encode(Map<String, byte[]> records) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    records.forEach(
        (key, value) -> {
          byte[] start = (" " + key + "=").getBytes(StandardCharsets.UTF_8);
          int rest = start.length + value.length + 1;
          // The length includes its own digits.
          int length = rest + digits(rest);
          length = rest + digits(length);
          all.writeBytes(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
          all.writeBytes(start);
          all.writeBytes(value);
          all.write('\n');
        });
    return all.toByteArray();
  }

  private static int digits(int number) {
    return Integer.toString(number).length();
  }

  private void number(int offset, int length, String key, long value) {
    if (value >= 0 && value < (1L << (3 * (length - 1)))) {
      octal(offset, length, value);
    } else {
      record(key, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Fills the field with digits, except for its last byte, which is a NUL. */
  private void octal(int offset, int length, long value) {
    long rest = value;
    for (int i = offset + length - 2; i >= offset; i--) {
      block[i] = (byte) ('0' + (rest & 7));
      rest >>= 3;
    }
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private void put(byte[] bytes, int from, int to, int offset) {
    System.arraycopy(bytes, from, block, offset, to - from);
  }

  private void ascii(String text, int offset) {
    for (int i = 0; i < text.length(); i++) {
      block[offset + i] = (byte) text.charAt(i);
    }
  }
}
