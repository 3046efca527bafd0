package linuxkit.packaging.git;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of a git object: a SHA-1.
 *
 * @param hex 40 lower-case hexadecimal digits
 */
public record ObjectId(String hex) {
  static final int LENGTH = 20;

  public ObjectId {
    if (!isValid(hex)) {
      throw new IllegalArgumentException("not a git object id: " + hex);
    }
  }

  // Without a regular expression: a build makes thousands of ids before any code is compiled.
  private static boolean isValid(String hex) {
    for (int i = 0; i < hex.length(); i++) {
      char c = hex.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return hex.length() == 2 * LENGTH;
  }

  static Optional<ObjectId> parse(String text) {
    return isValid(text) ? Optional.of(new ObjectId(text)) : Optional.empty();
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
