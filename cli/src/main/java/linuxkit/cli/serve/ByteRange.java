package linuxkit.cli.serve;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file (RFC 9110, 14.1.2).
 *
 * @param start of the first byte
 * @param length 0 if no byte of the file is in the range
 */
record ByteRange(long start, long length) {
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  /**
   * Reads the field {@code Range}. Empty if there is none, or one of several ranges, which a server
   * may ignore.
   */
  static Optional<ByteRange> parse(@Nullable String header, long size) {
    Matcher matcher = RANGE.matcher(header == null ? "" : header);
    if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
      return Optional.empty();
    }
    if (matcher.group(1).isEmpty()) {
      long length = Math.min(Long.parseLong(matcher.group(2)), size);
      return Optional.of(new ByteRange(size - length, length));
    }
    long start = Long.parseLong(matcher.group(1));
    long last =
        matcher.group(2).isEmpty()
            ? size - 1
            : Math.min(Long.parseLong(matcher.group(2)), size - 1);
    if (!matcher.group(2).isEmpty() && Long.parseLong(matcher.group(2)) < start) {
      return Optional.empty();
    }
    return Optional.of(new ByteRange(start, Math.max(0, last - start + 1)));
  }

  boolean isSatisfiable() {
    return length > 0;
  }

  String header(long size) {
    return "bytes " + start + "-" + (start + length - 1) + "/" + size;
  }
}
