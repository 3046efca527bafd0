package linuxkit.packaging.git;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a git object: a SHA-1.
 *
 * @param hex 40 lower-case hexadecimal digits
 */
public record ObjectId(String hex) {
  static final int LENGTH = 20;
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{40}");

  public ObjectId {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("not a git object id: " + hex);
    }
  }

  static Optional<ObjectId> parse(String text) {
    return HEX.matcher(text).matches() ? Optional.of(new ObjectId(text)) : Optional.empty();
  }

  static ObjectId of(byte[] bytes, int offset) {
    return new ObjectId(HexFormat.of().formatHex(bytes, offset, offset + LENGTH));
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  static MessageDigest newSha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  // By hand: setting up the JVM's implementations for a record takes milliseconds per process.
  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof ObjectId other && other.hex.equals(hex);
  }

  @Override
  public int hashCode() {
    return hex.hashCode();
  }

  @Override
  public String toString() {
    return hex;
  }
}
