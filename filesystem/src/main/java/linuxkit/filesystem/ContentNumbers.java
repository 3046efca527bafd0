package linuxkit.filesystem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A number for each different content, counted from 0 in the order of their addition. */
public final class ContentNumbers {
  private final List<Content> contents = new ArrayList<>();
  private int[] hashes = new int[32];

  // An open hash table of numbers, plus 1: a map of objects would take ten times the memory.
  private int[] table = new int[64];

  /** Creates an empty table. */
  public ContentNumbers() {}

  /** Returns how many contents have a number. */
  public int size() {
    return contents.size();
  }

  /** Returns the first content that received a number. */
  public Content content(int number) {
    return contents.get(number);
  }

  /** Returns the number of equal content; adds the content if there is none. */
  public int number(Content content) {
    String sha256 = content.sha256();
    int hash = hash(sha256);
    int place = hash & (table.length - 1);
    for (; table[place] != 0; place = place + 1 & (table.length - 1)) {
      int number = table[place] - 1;
      if (hashes[number] == hash && equal(contents.get(number), content.size(), sha256)) {
        return number;
      }
    }
    int number = append(content, hash);
    table[place] = number + 1;
    if (3L * size() >= 2L * table.length) {
      grow();
    }
    return number;
  }

  /** Adds content that is to be equal to no other, and returns its number. */
  public int addDistinct(Content content) {
    return append(content, 0);
  }

  private int append(Content content, int hash) {
    int number = contents.size();
    if (number == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * number);
    }
    hashes[number] = hash;
    contents.add(content);
    return number;
  }

  private static boolean equal(Content known, long size, String sha256) {
    return known.size() == size && known.sha256().equals(sha256);
  }

  private static int hash(String sha256) {
    int hash = sha256.hashCode();
    return hash ^ hash >>> 16;
  }

  private void grow() {
    int[] old = table;
    table = new int[2 * old.length];
    for (int entry : old) {
      if (entry != 0) {
        int place = hashes[entry - 1] & (table.length - 1);
        while (table[place] != 0) {
          place = place + 1 & (table.length - 1);
        }
        table[place] = entry;
      }
    }
  }
}
