package linuxkit.filesystem.squashfs;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.ContentNumbers;

/**
 * The locations of all different contents, by number. Those of files in fragments are packed,
 * because a tree may have a million small files.
 */
final class FileDataTable {
  private final ContentNumbers contents = new ContentNumbers();
  private final Map<Integer, FileData> blocks = new HashMap<>();

  // Of contents in fragments.
  private int[] fragments = new int[64];
  private int[] offsets = new int[64];

  /** Returns how many contents have a number. */
  int size() {
    return contents.size();
  }

  /** Returns the number of equal content; a new number if there is none. */
  int number(Content content) {
    return contents.number(content);
  }

  /** Sets the location of content in blocks. */
  void put(int number, FileData data) {
    blocks.put(number, data);
  }

  /**
   * Sets the location of content in a fragment.
   *
   * @param fragment {@link FileData#NO_FRAGMENT} if the content is empty
   * @param offset in bytes
   */
  void put(int number, int fragment, int offset) {
    if (number >= fragments.length) {
      int length = Math.max(number + 1, 2 * fragments.length);
      fragments = Arrays.copyOf(fragments, length);
      offsets = Arrays.copyOf(offsets, length);
    }
    fragments[number] = fragment;
    offsets[number] = offset;
  }

  /** Returns the location of content that was written. */
  FileData get(int number) {
    FileData large = blocks.get(number);
    if (large != null) {
      return large;
    }
    FileData small = new FileData(contents.content(number).size(), 0);
    small.inFragment(fragments[number], offsets[number]);
    return small;
  }
}
