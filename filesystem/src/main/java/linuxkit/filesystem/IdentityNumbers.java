package linuxkit.filesystem;

import org.jspecify.annotations.Nullable;

/**
 * A number for each object, known by its identity; 0 at first.
 *
 * @param <T> nodes or entries of a tree, for example
 */
public final class IdentityNumbers<T> {
  // An open hash table: a map of objects would take four times the memory, for a million files.
  private @Nullable Object[] keys;
  private int[] numbers;
  private int size;

  /** Creates an empty table. */
  public IdentityNumbers() {
    this(0);
  }

  /**
   * Creates an empty table with room.
   *
   * @param count the expected number of objects
   */
  public IdentityNumbers(int count) {
    int length = Integer.highestOneBit(Math.max(32, count + (count >> 1))) << 1;
    this.keys = new Object[length];
    this.numbers = new int[length];
  }

  /** Returns how many objects have been added. */
  public int size() {
    return size;
  }

  public int get(T key) {
    return numbers[place(key)];
  }

  /** Adds to the number of an object and returns it. */
  public int add(T key, int increment) {
    int place = place(key);
    if (keys[place] == null) {
      if (3L * size >= 2L * keys.length) {
        grow();
        place = place(key);
      }
      keys[place] = key;
      size++;
    }
    numbers[place] += increment;
    return numbers[place];
  }

  @SuppressWarnings("ReferenceEquality") // the purpose of this class
  private int place(Object key) {
    int mask = keys.length - 1;
    // Identity hashes are random, but have few bits.
    int hash = System.identityHashCode(key);
    int place = (hash ^ hash >>> 16) & mask;
    while (keys[place] != null && keys[place] != key) {
      place = place + 1 & mask;
    }
    return place;
  }

  private void grow() {
    @Nullable Object[] oldKeys = keys;
    int[] oldNumbers = numbers;
    keys = new Object[2 * oldKeys.length];
    numbers = new int[2 * oldKeys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      Object key = oldKeys[i];
      if (key != null) {
        int place = place(key);
        keys[place] = key;
        numbers[place] = oldNumbers[i];
      }
    }
  }
}
