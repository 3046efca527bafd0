package linuxkit.filesystem.fat;

import java.nio.ByteBuffer;

/**
 * Names as people write them, in UTF-16, cut into pieces of 13 units that look like deleted files
 * to systems that know short names only (section "FAT Long Directory Entries").
 */
final class LongName {
  private static final int MAX = 255;
  private static final String ILLEGAL = "\"*/:<>?\\|";

  private static final int UNITS = 13;
  private static final int LAST = 0x40;

  /** Where the units lie in an entry. */
  private static final int[] PLACES = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};

  private LongName() {}

  /**
   * @throws FatFailure when a FAT directory cannot have the name
   */
  static void check(String name, String path) {
    String why = why(name);
    if (!why.isEmpty()) {
      throw new FatFailure("FAT has no such names: " + why, path, "rename it, or take it out");
    }
  }

  private static String why(String name) {
    if (name.length() > MAX) {
      return "it is longer than " + MAX + " UTF-16 units";
    }
    if (name.endsWith(".") || name.endsWith(" ")) {
      return "what ends in a dot or a space would be found without it";
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < ' ') {
        return "a control character is in it";
      }
      if (ILLEGAL.indexOf(c) >= 0) {
        return "the character " + c + " is in it";
      }
      // Pairs are written as Windows and Linux do, though the text knows of 16-bit characters only.
      if (Character.isHighSurrogate(c)
          && i + 1 < name.length()
          && Character.isLowSurrogate(name.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return "half a character is in it";
      }
    }
    return "";
  }

  /** Equal for names that one directory cannot have both. */
  static String folded(String name) {
    StringBuilder folded = new StringBuilder(name.length());
    name.chars().forEach(c -> folded.append(Character.toUpperCase((char) c)));
    return folded.toString();
  }

  /** How many directory entries a long name takes. */
  static int entries(String name) {
    return Math.ceilDiv(name.length(), UNITS);
  }

  /** Writes the entries, the end of the name first. */
  static void write(String name, int checksum, ByteBuffer out) {
    int count = entries(name);
    for (int number = count; number > 0; number--) {
      int at = out.position();
      out.put(at, (byte) (number | (number == count ? LAST : 0)));
      out.put(at + 11, (byte) DirectoryEntries.LONG_NAME);
      out.put(at + 13, (byte) checksum);
      for (int i = 0; i < UNITS; i++) {
        int unit = (number - 1) * UNITS + i;
        out.putShort(
            at + PLACES[i],
            (short) (unit < name.length() ? name.charAt(unit) : unit == name.length() ? 0 : -1));
      }
      out.position(at + DirectoryEntries.ENTRY);
    }
  }
}
