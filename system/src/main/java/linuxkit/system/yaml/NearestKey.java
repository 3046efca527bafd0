package linuxkit.system.yaml;

import java.util.Locale;
import java.util.Set;

/** Guesses which key was meant by a mistyped one. */
final class NearestKey {
  private static final int LONGEST = 40;

  private NearestKey() {}

  /** A question to append to a message; empty when nothing is near. */
  static String hint(String key, Set<String> known) {
    String best = "";
    int least = key.length() > LONGEST ? 0 : Math.max(1, Math.min(3, key.length() / 3)) + 1;
    for (String candidate : known) {
      int distance =
          candidate.equalsIgnoreCase(key)
              ? 0
              : distance(key.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best.isEmpty() ? "" : " — did you mean '" + best + "'?";
  }

  // Insertions, deletions, substitutions, and swaps of neighbours.
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = cost[i - 1][j - 1] + (same ? 0 : 1);
        best = Math.min(best, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        cost[i][j] = swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
      }
    }
    return cost[a.length()][b.length()];
  }
}
