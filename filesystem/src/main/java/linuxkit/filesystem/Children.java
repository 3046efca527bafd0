package linuxkit.filesystem;

import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.FileTree.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one directory, sorted by the bytes of their names. They are kept in blocks of
 * limited size, so that an insertion anywhere moves few of them, however many there are. Callers
 * outside the package can only read.
 */
final class Children extends AbstractCollection<Entry> {
  private static final int FULL = 512;
  private static final int FIRST = 4;

  private Entry[][] blocks = new Entry[1][FIRST];
  private int[] lengths = new int[1];
  private int used = 1;
  private int size;

  Children() {}

  /** Creates a copy. */
  Children(Collection<Entry> sorted) {
    sorted.forEach(this::insert);
  }

  @Override
  public int size() {
    return size;
  }

  @Nullable Entry find(byte[] name) {
    int block = block(name);
    int at = search(block, name);
    return at < 0 ? null : blocks[block][at];
  }

  /** Finds the entry whose name is a part of a path. */
  @Nullable Entry find(String path, int start, int end) {
    return find(NameBytes.encode(path.substring(start, end)));
  }

  /** Adds an entry whose name is not there yet. */
  void insert(Entry entry) {
    byte[] name = entry.bytes();
    int block = block(name);
    if (lengths[block] == FULL) {
      boolean last = block == used - 1 && compare(blocks[block][FULL - 1], name) < 0;
      split(block, last ? FULL : FULL / 2);
      block = block(name);
      if (last) {
        block = used - 1;
      }
    }
    int at = -1 - search(block, name);
    Entry[] entries = blocks[block];
    int length = lengths[block];
    if (length == entries.length) {
      entries = Arrays.copyOf(entries, Math.min(FULL, 2 * length));
      blocks[block] = entries;
    }
    System.arraycopy(entries, at, entries, at + 1, length - at);
    entries[at] = entry;
    lengths[block]++;
    size++;
  }

  /** Puts an entry in the place of the one of the same name. */
  void replace(Entry entry) {
    int block = block(entry.bytes());
    blocks[block][search(block, entry.bytes())] = entry;
  }

  void remove(Entry entry) {
    int block = block(entry.bytes());
    int at = search(block, entry.bytes());
    Entry[] entries = blocks[block];
    int length = --lengths[block];
    size--;
    System.arraycopy(entries, at + 1, entries, at, length - at);
    Arrays.fill(entries, length, length + 1, null);
    if (length == 0 && used > 1) {
      System.arraycopy(blocks, block + 1, blocks, block, used - block - 1);
      System.arraycopy(lengths, block + 1, lengths, block, used - block - 1);
      used--;
    }
  }

  /** Moves the entries of a full block from an index on into a new block after it. */
  private void split(int block, int from) {
    if (used == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * used);
      lengths = Arrays.copyOf(lengths, 2 * used);
    }
    System.arraycopy(blocks, block + 1, blocks, block + 2, used - block - 1);
    System.arraycopy(lengths, block + 1, lengths, block + 2, used - block - 1);
    Entry[] entries = blocks[block];
    Entry[] moved = new Entry[from == FULL ? FULL / 2 : FULL];
    System.arraycopy(entries, from, moved, 0, FULL - from);
    Arrays.fill(entries, from, FULL, null);
    blocks[block + 1] = moved;
    lengths[block] = from;
    lengths[block + 1] = FULL - from;
    used++;
  }

  /**
   * Returns the index of the last block whose first name is not after the given one; at least 0.
   */
  private int block(byte[] name) {
    int low = 1;
    int high = used;
    while (low < high) {
      int middle = (low + high) >>> 1;
      // Only a block that was split off to the end of the list may still be empty.
      if (lengths[middle] > 0 && compare(blocks[middle][0], name) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** Returns the index of a name within a block; if it is missing, -1 minus its place. */
  private int search(int block, byte[] name) {
    Entry[] entries = blocks[block];
    int high = lengths[block] - 1;
    // Names mostly arrive in order.
    if (high >= 0 && compare(entries[high], name) < 0) {
      return -2 - high;
    }
    int low = 0;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(entries[middle], name);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1 - low;
  }

  private static int compare(Entry entry, byte[] name) {
    return Arrays.compareUnsigned(entry.bytes(), name);
  }

  @Override
  public Iterator<Entry> iterator() {
    return new Iterator<>() {
      private int block;
      private int at;

      @Override
      public boolean hasNext() {
        return at < lengths[block] || (block + 1 < used && lengths[block + 1] > 0);
      }

      @Override
      public Entry next() {
        if (at == lengths[block]) {
          if (block + 1 >= used) {
            throw new NoSuchElementException();
          }
          block++;
          at = 0;
        }
        return blocks[block][at++];
      }
    };
  }
}
