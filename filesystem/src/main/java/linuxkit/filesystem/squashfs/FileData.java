package linuxkit.filesystem.squashfs;

/**
 * The location of the bytes of a file ("3.4 File data"): its block list, and the fragment with the
 * rest. Complete once all blocks are written.
 */
final class FileData {
  /** Stands for a missing number. */
  static final int NO_FRAGMENT = -1;

  private final long size;
  private final int[] blocks;
  private long start;
  private boolean started;
  private long sparse;
  private int fragment = NO_FRAGMENT;
  private int fragmentOffset;

  /**
   * @param size of the file, in bytes
   * @param blocks number of blocks; 0 if the file goes to a fragment
   */
  FileData(long size, int blocks) {
    this.size = size;
    this.blocks = new int[blocks];
  }

  /** Returns the size of the file in bytes. */
  long size() {
    return size;
  }

  /** Returns the stored sizes of the blocks; 0 for blocks of zeros, which are not stored. */
  int[] blocks() {
    return blocks;
  }

  /**
   * Returns the position of the first stored block in bytes from the beginning of the file system;
   * 0 if there is none.
   */
  long start() {
    return start;
  }

  /** Returns the size of all blocks that are not stored, in bytes. */
  long sparse() {
    return sparse;
  }

  int fragment() {
    return fragment;
  }

  /** Returns the offset in the fragment in bytes. */
  int fragmentOffset() {
    return fragmentOffset;
  }

  void stored(int block, long at, int storedSize) {
    if (!started) {
      start = at;
      started = true;
    }
    blocks[block] = storedSize;
  }

  void skipped(int bytes) {
    sparse += bytes;
  }

  void inFragment(int number, int offset) {
    fragment = number;
    fragmentOffset = offset;
  }
}
