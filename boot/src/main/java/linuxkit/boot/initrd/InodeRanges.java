package linuxkit.boot.initrd;

import java.util.HashSet;
import java.util.Set;

/**
 * Gives each piece of an archive its own inode numbers, because names with the same number would be
 * links to one file. The numbers depend on the piece's name, so that pieces stay as they are when
 * others come and go.
 */
final class InodeRanges {
  // Ranges of this size; 0 is not a range, since the end of an archive has the number 0.
  private static final int SIZE = 1 << 16;
  private static final int COUNT = 1 << 16;

  private final Set<Integer> taken = new HashSet<>(Set.of(0));

  /**
   * Returns the first number for a piece.
   *
   * @param name of the piece
   * @param entries their number
   */
  long first(String name, int entries) {
    int needed = entries / SIZE + 1;
    int start = Math.floorMod(name.hashCode() * 0x9e37_79b1, COUNT);
    while (!take(start, needed)) {
      start = (start + 1) % COUNT;
    }
    return (long) start * SIZE;
  }

  private boolean take(int start, int needed) {
    if (start + needed > COUNT) {
      return false;
    }
    for (int range = start; range < start + needed; range++) {
      if (taken.contains(range)) {
        return false;
      }
    }
    for (int range = start; range < start + needed; range++) {
      taken.add(range);
    }
    return true;
  }
}
