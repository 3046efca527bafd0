package linuxkit.trust.keys;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.base.Printable;
import linuxkit.trust.TrustFailure;

/**
 * The one block of a PEM file (RFC 7468). Text outside the block, headers inside it and a second
 * block are refused, so that no two programs can read different keys from a file.
 *
 * @param label such as {@code PUBLIC KEY}
 * @param content the decoded bytes, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Pem(String label, byte[] content) {
  /** The largest key or certificate file, in bytes. */
  static final int MAX_FILE = 64 << 10;

  private static final Pattern BLOCK =
      Pattern.compile(
          "\\s*-----BEGIN ([A-Z0-9 ]{1,40})-----[ \\t]*\\R"
              + "([A-Za-z0-9+/=\\s]*+)-----END ([A-Z0-9 ]{1,40})-----\\s*");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final String BEGIN = "-----BEGIN ";

  /**
   * Reads a PEM file.
   *
   * @return empty if there is no sign of PEM in the file
   */
  static Optional<Pem> read(byte[] file, String where) {
    if (file.length > MAX_FILE) {
      throw failure("the file is larger than " + (MAX_FILE >> 10) + " KiB", where);
    }
    String text = new String(file, StandardCharsets.ISO_8859_1);
    if (!text.contains(BEGIN)) {
      return Optional.empty();
    }
    Matcher block = BLOCK.matcher(text);
    if (!block.matches()) {
      throw failure(
          text.indexOf(BEGIN) == text.lastIndexOf(BEGIN)
              ? "the PEM block is malformed, or there is text outside it"
              : "there is more than one PEM block",
          where);
    }
    if (!block.group(1).equals(block.group(3))) {
      throw failure(
          "the PEM block begins as \""
              + block.group(1)
              + "\" and ends as \""
              + block.group(3)
              + '"',
          where);
    }
    return Optional.of(new Pem(block.group(1), decode(block.group(2), where)));
  }

  private static byte[] decode(String base64, String where) {
    try {
      return Base64.getDecoder().decode(SPACE.matcher(base64).replaceAll(""));
    } catch (IllegalArgumentException e) {
      throw new TrustFailure("the PEM block is not valid base64", where, "", e);
    }
  }

  /** Writes a block with lines of 64 characters. */
  static String write(String label, byte[] content) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return BEGIN + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }

  private static TrustFailure failure(String what, String where) {
    return new TrustFailure(what, Printable.line(where), "use a file with exactly one PEM block");
  }
}
