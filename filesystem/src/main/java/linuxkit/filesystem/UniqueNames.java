package linuxkit.filesystem;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The names of one directory in a format whose names are shorter than those of the tree: none of
 * them twice. What is made depends only on what was asked for before; a name more takes the same
 * time however many there are.
 */
public final class UniqueNames {
  /** How many chars a stem and its number must have room for. */
  public static final int LEAST = 8;

  private final String mark;
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> counters = new HashMap<>();

  /**
   * @param mark what stands between the beginning of a shortened name and its number
   */
  public UniqueNames(String mark) {
    this.mark = mark;
  }

  /** Takes a name as it is; false when it is taken already. */
  public boolean take(String name) {
    return taken.add(name);
  }

  /**
   * Makes and takes a name that was free: the stem, cut short for a number to find room, the
   * number, and the extension.
   *
   * @param extension with whatever separates it from the name; may be empty
   * @param max how many chars the stem and the number may have together, at least {@value #LEAST}
   */
  public String number(String stem, String extension, int max) {
    for (int digits = 1, limit = 10; ; digits++, limit *= 10) {
      String start =
          stem.substring(0, Math.min(stem.length(), max - mark.length() - digits)) + mark;
      // One counter for what differs only in the number, so that nobody counts through it again.
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
