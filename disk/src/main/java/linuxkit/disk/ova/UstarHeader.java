package linuxkit.disk.ova;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.util.Arrays;

/**
 * Writes the header of each file in a package (POSIX.1-2017, pax, "ustar Interchange Format").
 * There are only files with short names.
 */
final class UstarHeader {
  static final int LENGTH = 512;

  /** The largest file in bytes, limited by eleven octal digits. */
  static final long MAX_SIZE = (1L << 33) - 1;

  private static final int CHECKSUM = 148;

  private final byte[] block = new byte[LENGTH];

  private UstarHeader() {}

  static byte[] of(String name, long size, Instant modified) {
    UstarHeader header = new UstarHeader();
    header.text(0, name);
    header.octal(100, 7, 0644);
    header.octal(108, 7, 0); // user
    header.octal(116, 7, 0); // group
    header.octal(124, 11, size);
    header.octal(136, 11, modified.getEpochSecond());
    header.text(156, "0"); // a file
    header.text(257, "ustar\00000");
    Arrays.fill(header.block, CHECKSUM, CHECKSUM + 8, (byte) ' ');
    int sum = 0;
    for (byte b : header.block) {
      sum += b & 0xff;
    }
    header.octal(CHECKSUM, 6, sum);
    header.block[CHECKSUM + 6] = 0;
    return header.block;
  }

  private void text(int offset, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    System.arraycopy(bytes, 0, block, offset, bytes.length);
  }

  private void octal(int offset, int digits, long value) {
    String text = Long.toOctalString(value);
    text(offset, "0".repeat(digits - text.length()) + text);
  }
}
