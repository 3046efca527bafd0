package linuxkit.oci.signatures;

import java.util.ArrayList;
import java.util.List;

/**
 * The documents of one kind that are fetched about an image. Whoever may push to a repository can
 * add as many as he likes, so that their number and length are bounded.
 */
final class SignatureBudget {
  /** The most documents of one kind. */
  static final int MAX_COUNT = 32;

  /** The most bytes that the documents of one kind may have together. */
  static final int MAX_BYTES = 8 << 20;

  private int count;
  private long bytes;

  /** Returns whether another document may be fetched, and counts it if so. */
  boolean take(long size) {
    if (count == MAX_COUNT || bytes + size > MAX_BYTES) {
      return false;
    }
    count++;
    bytes += size;
    return true;
  }

  /**
   * Returns the elements in the order in which they are taken: from both ends of the list in turn.
   * Neither those who came first nor those who came last can displace everybody else's, and whoever
   * signs again is among the last.
   */
  static <T> List<T> fromBothEnds(List<T> all) {
    List<T> ordered = new ArrayList<>();
    for (int first = 0, last = all.size() - 1; first <= last; first++, last--) {
      ordered.add(all.get(first));
      if (first < last) {
        ordered.add(all.get(last));
      }
    }
    return ordered;
  }
}
