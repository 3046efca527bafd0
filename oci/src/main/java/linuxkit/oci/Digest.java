package linuxkit.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import linuxkit.base.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * The digest that identifies content: an algorithm and its hash (OCI image specification,
 * descriptor.md, "Digests").
 *
 * <p>Only SHA-256 and SHA-512 in lower case are accepted, because a digest becomes a file name and
 * part of a URL.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex 64 or 128 lower-case hexadecimal digits
 */
public record Digest(String algorithm, String hex) {
  public Digest {
    int length =
        switch (algorithm) {
          case "sha256" -> 64;
          case "sha512" -> 128;
          default -> throw new IllegalArgumentException("unknown digest algorithm: " + algorithm);
        };
    if (hex.length() != length || !isHex(hex)) {
      throw new IllegalArgumentException("not a " + algorithm + " digest: " + hex);
    }
  }

  // Without a regular expression, which a short run interprets: a build has hundreds of digests.
  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** Reads {@code algorithm:hex}. Returns empty for any other text. */
  public static Optional<Digest> parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Digest(text.substring(0, colon), text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  public static Digest sha256(byte[] content) {
    return new Digest("sha256", HexFormat.of().formatHex(newSha256().digest(content)));
  }

  /** Creates a hash function of this digest's algorithm. */
  public MessageDigest newMessageDigest() {
    if (algorithm.equals("sha256")) {
      return newSha256();
    }
    try {
      return MessageDigest.getInstance("SHA-512");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-512", e);
    }
  }

  public static MessageDigest newSha256() {
    return Sha256.digest();
  }

  // Written out because the JVM takes milliseconds to generate these methods for a record.
  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof Digest other
        && other.algorithm.equals(algorithm)
        && other.hex.equals(hex);
  }

  @Override
  public int hashCode() {
    return Objects.hash(algorithm, hex);
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
