package linuxkit.trust.notary;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.security.auth.x500.X500Principal;

/**
 * The attributes of a name such as {@code C=GB, ST=London, O=Acme} (RFC 4514), each of which it has
 * once.
 *
 * @param attributes by type, such as {@code O}; a type without a name is its object identifier
 */
record DistinguishedName(SortedMap<String, String> attributes) {
  private static final String SPECIAL = ",;\\+\"<>#= ";

  DistinguishedName {
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
  }

  /** Returns the name of whom a certificate is about. */
  static DistinguishedName of(X509Certificate certificate) {
    return parse(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
  }

  static DistinguishedName parse(String text) {
    SortedMap<String, String> attributes = new TreeMap<>();
    Scanner scanner = new Scanner(text);
    while (!scanner.isAtEnd()) {
      String type = scanner.type();
      if (attributes.put(type, scanner.value()) != null) {
        throw Refusal.of("the name has " + type + " twice: " + Refusal.quote(text));
      }
    }
    return new DistinguishedName(attributes);
  }

  /** Returns the name that the policy and certificates have for an attribute. */
  static String type(String text) {
    String type = text.strip().toUpperCase(Locale.ROOT);
    return type.equals("S") ? "ST" : type;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    attributes.forEach(
        (type, value) -> {
          text.append(text.isEmpty() ? "" : ", ").append(type).append('=');
          value.chars().forEach(c -> text.append(isSpecial(c) ? "\\" : "").append((char) c));
        });
    return text.toString();
  }

  // A space need not be escaped within a value, so that names stay readable.
  private static boolean isSpecial(int c) {
    return c != ' ' && c != '=' && c != '#' && SPECIAL.indexOf(c) >= 0;
  }

  /** A position in the text of a name. */
  private static final class Scanner {
    private final String text;
    private int position;

    Scanner(String text) {
      this.text = text;
    }

    boolean isAtEnd() {
      return position >= text.length();
    }

    String type() {
      int equals = text.indexOf('=', position);
      String type = equals < 0 ? "" : type(text.substring(position, equals));
      if (type.isEmpty() || !type.chars().allMatch(Scanner::isOfType)) {
        throw malformed();
      }
      position = equals + 1;
      return type;
    }

    private static String type(String text) {
      return DistinguishedName.type(text);
    }

    private static boolean isOfType(int c) {
      return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    }

    /** Reads up to the comma that ends the value, and past it. */
    String value() {
      ByteArrayOutputStream value = new ByteArrayOutputStream();
      int kept = 0; // What stays when spaces at the end are removed.
      while (!isAtEnd() && text.charAt(position) != ',' && text.charAt(position) != ';') {
        int c = text.codePointAt(position);
        if (c == '+' || c == '"') {
          throw malformed();
        }
        if (c == '\\') {
          value.write(escaped());
          kept = value.size();
        } else {
          position += Character.charCount(c);
          if (c != ' ' || value.size() > 0) {
            value.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
          }
          kept = c == ' ' ? kept : value.size();
        }
      }
      if (!isAtEnd()) {
        position++; // The comma, after which there must be another attribute.
        kept = isAtEnd() ? 0 : kept;
      }
      if (kept == 0) {
        throw malformed();
      }
      return decode(value.toByteArray(), kept);
    }

    /** Reads a backslash with a special character or two hexadecimal digits. */
    private int escaped() {
      if (position + 1 < text.length() && SPECIAL.indexOf(text.charAt(position + 1)) >= 0) {
        position += 2;
        return text.charAt(position - 1);
      }
      if (position + 2 < text.length()) {
        int high = hex(text.charAt(position + 1));
        int low = hex(text.charAt(position + 2));
        if (high >= 0 && low >= 0) {
          position += 3;
          return high << 4 | low;
        }
      }
      throw malformed();
    }

    private static int hex(char c) {
      return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private String decode(byte[] utf8, int length) {
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(utf8, 0, length))
            .toString();
      } catch (CharacterCodingException _) {
        throw malformed();
      }
    }

    private RuntimeException malformed() {
      return Refusal.of("this is not a list of single attributes: " + Refusal.quote(text));
    }
  }
}
