package linuxkit.filesystem.fat;

import java.util.Optional;

/**
 * Makes the short names that every FAT file has: eight capital letters and an extension of three,
 * padded with spaces and without a dot (section "FAT Directory Structure", DIR_Name). Only ASCII,
 * since readers interpret other bytes differently.
 */
final class DosName {
  static final int STEM = 8;
  static final int EXTENSION = 3;
  private static final String SPECIAL = "$%'-_@~`!(){}^#&";

  private DosName() {}

  /** A label may contain spaces. Not all programs would find one in lower case. */
  static boolean isLabel(String label) {
    return label.length() <= STEM + EXTENSION
        && !label.startsWith(" ")
        && !label.endsWith(" ")
        && label.chars().allMatch(c -> c == ' ' || isLegal((char) c));
  }

  private static boolean isLegal(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || SPECIAL.indexOf(c) >= 0;
  }

  private static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c;
  }

  /** Returns the short name that equals a name except for the case of its letters. */
  static Optional<String> exact(String name) {
    int dot = name.indexOf('.');
    String stem = dot < 0 ? name : name.substring(0, dot);
    String extension = dot < 0 ? "" : name.substring(dot + 1);
    boolean fits =
        !stem.isEmpty()
            && stem.length() <= STEM
            && extension.length() <= EXTENSION
            && extension.isEmpty() == dot < 0;
    return fits && legal(stem).equals(upper(stem)) && legal(extension).equals(upper(extension))
        ? Optional.of(pad(upper(stem), upper(extension)))
        : Optional.empty();
  }

  /** Returns the stem for a generated name: one to eight chars. */
  static String stem(String name) {
    int dot = name.lastIndexOf('.');
    String stem = legal(dot <= 0 ? name : name.substring(0, dot));
    return stem.isEmpty() ? "_" : stem.substring(0, Math.min(stem.length(), STEM));
  }

  /**
   * Returns the extension for a generated name: up to three chars. A leading dot does not begin an
   * extension.
   */
  static String extension(String name) {
    int dot = name.lastIndexOf('.');
    String extension = dot <= 0 ? "" : legal(name.substring(dot + 1));
    return extension.substring(0, Math.min(extension.length(), EXTENSION));
  }

  /**
   * Drops spaces and dots and replaces other illegal chars by {@code _} (section "The Basis-Name
   * Generation Algorithm").
   */
  private static String legal(String text) {
    StringBuilder legal = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = upper(text.charAt(i));
      if (isLegal(c)) {
        legal.append(c);
      } else if (c != ' ' && c != '.') {
        legal.append('_');
      }
    }
    return legal.toString();
  }

  private static String upper(String text) {
    StringBuilder upper = new StringBuilder(text.length());
    text.chars().forEach(c -> upper.append(upper((char) c)));
    return upper.toString();
  }

  static String pad(String stem, String extension) {
    return stem
        + " ".repeat(STEM - stem.length())
        + extension
        + " ".repeat(EXTENSION - extension.length());
  }

  /** Returns a name as people write it, such as {@code KERNEL.IMG}. */
  static String unpadded(String name) {
    String extension = name.substring(STEM).stripTrailing();
    return name.substring(0, STEM).stripTrailing() + (extension.isEmpty() ? "" : "." + extension);
  }

  /**
   * Returns the checksum that ties a long name to its short name (ChkSum() of the same section).
   */
  static int checksum(String name) {
    int sum = 0;
    for (int i = 0; i < name.length(); i++) {
      sum = (((sum & 1) << 7) + (sum >> 1) + name.charAt(i)) & 0xff;
    }
    return sum;
  }
}
