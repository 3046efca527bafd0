package linuxkit.filesystem;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Makes unique names for one directory in a format with shorter names than the tree. The names
 * depend only on earlier calls. The time for a name does not depend on how many there are.
 */
public final class UniqueNames {
  /** The smallest limit for the length of a stem and its number, in chars. */
  public static final int LEAST = 8;

  private final String mark;
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> counters = new HashMap<>();

  /**
   * @param mark the text between the beginning of a shortened name and its number
   */
  public UniqueNames(String mark) {
    this.mark = mark;
  }

  /** Takes a name and returns true; returns false if it is already taken. */
  public boolean take(String name) {
    return taken.add(name);
  }

  /**
   * Makes and takes a free name: the stem, shortened to leave room for a number, the number and the
   * extension.
   *
   * @param extension including its separator; may be empty
   * @param max the most chars of stem and number together, at least {@value #LEAST}
   */
  public String number(String stem, String extension, int max) {
    for (int digits = 1, limit = 10; ; digits++, limit *= 10) {
      String start =
          stem.substring(0, Math.min(stem.length(), max - mark.length() - digits)) + mark;
      // One counter for all names that differ only in the number, so that taken numbers are not
      // tried again.
      String key = start + '/' + digits + extension;
      int number = counters.getOrDefault(key, limit / 10);
      while (number < limit) {
        String name = start + number++ + extension;
        if (taken.add(name)) {
          counters.put(key, number);
          return name;
        }
      }
      counters.put(key, number);
    }
  }
}
