package linuxkit.filesystem.squashfs;

/**
 * Where the bytes of a file lie ("3.4 File data"): its block list, and the fragment with the rest.
 * Known in full when all blocks are written.
 */
final class FileData {
  /** In the place of a number, says that there is none. */
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
   * @param blocks how many blocks it has; 0 when it is to be in a fragment
   */
  FileData(long size, int blocks) {
    this.size = size;
    this.blocks = new int[blocks];
  }

  /** In bytes. */
  long size() {
    return size;
  }

  /** The sizes of the blocks as they are stored; 0 for one that is all zeros and not stored. */
  int[] blocks() {
    return blocks;
  }

  /** Of the first stored block, in bytes from the beginning of the file system; 0 without any. */
  long start() {
    return start;
  }

  /** How many bytes are in blocks that are not stored. */
  long sparse() {
    return sparse;
  }

  int fragment() {
    return fragment;
  }

  /** In bytes from the beginning of the fragment. */
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
