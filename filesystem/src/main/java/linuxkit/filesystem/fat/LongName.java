package linuxkit.filesystem.fat;

import java.nio.ByteBuffer;

/**
 * Encodes names in UTF-16, split into pieces of 13 units. Systems that know only short names take
 * the pieces for deleted files (section "FAT Long Directory Entries").
 */
final class LongName {
  private static final int MAX = 255;
  private static final String ILLEGAL = "\"*/:<>?\\|";

  private static final int UNITS = 13;
  private static final int LAST = 0x40;

  /** Offsets of the units in an entry. */
  private static final int[] PLACES = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};

  private LongName() {}

  /**
   * @throws FatFailure if a FAT directory cannot hold the name
   */
  static void check(String name, String path) {
    String why = why(name);
    if (!why.isEmpty()) {
      throw new FatFailure(
          "not a valid name in FAT: " + why, path, "rename the file, or remove it");
    }
  }

  private static String why(String name) {
    if (name.length() > MAX) {
      return "it is longer than " + MAX + " UTF-16 units";
    }
    if (name.endsWith(".") || name.endsWith(" ")) {
      return "systems drop a dot or space at the end";
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < ' ') {
        return "it contains a control character";
      }
      if (ILLEGAL.indexOf(c) >= 0) {
        return "it contains the character " + c;
      }
      // Surrogate pairs are written as by Windows and Linux, although the specification only knows
      // 16-bit characters.
      if (Character.isHighSurrogate(c)
          && i + 1 < name.length()
          && Character.isLowSurrogate(name.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return "it contains half of a surrogate pair";
      }
    }
    return "";
  }

  /** Returns a key that is equal for names that one directory cannot contain both. */
  static String folded(String name) {
    StringBuilder folded = new StringBuilder(name.length());
    name.chars().forEach(c -> folded.append(Character.toUpperCase((char) c)));
    return folded.toString();
  }

  /** Returns the number of directory entries of a long name. */
  static int entries(String name) {
    return Math.ceilDiv(name.length(), UNITS);
  }

  /** Writes the entries; the end of the name comes first. */
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
