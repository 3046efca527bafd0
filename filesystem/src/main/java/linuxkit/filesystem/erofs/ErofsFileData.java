package linuxkit.filesystem.erofs;

/** The location of the content of a file, as stored in its inode. */
final class ErofsFileData {
  /** The address of the first block of content without blocks. */
  static final long NO_BLOCK = 0xffff_ffffL;

  private static final byte[] NOTHING = {};

  /** The layouts of erofs_fs.h, "EROFS inode datalayout". */
  enum Layout {
    /** Consecutive blocks. */
    FLAT_PLAIN(0),
    /** Consecutive blocks, with the last part of less than a block inline. */
    FLAT_INLINE(2),
    /** Compressed, with an index of eight bytes for each block. */
    COMPRESSED_FULL(1);

    private final int code;

    Layout(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  private final Layout layout;
  private final long size;
  private final long word;
  private final byte[] inline;

  private ErofsFileData(Layout layout, long size, long word, byte[] inline) {
    this.layout = layout;
    this.size = size;
    this.word = word;
    this.inline = inline;
  }

  /**
   * Returns the data of a file without content.
   *
   * @param word the device number; 0 for other files
   */
  static ErofsFileData none(long word) {
    return new ErofsFileData(Layout.FLAT_PLAIN, 0, word, NOTHING);
  }

  static ErofsFileData plain(long size, long block) {
    return new ErofsFileData(Layout.FLAT_PLAIN, size, block, NOTHING);
  }

  static ErofsFileData inline(long size, long block, byte[] tail) {
    return new ErofsFileData(Layout.FLAT_INLINE, size, block, tail);
  }

  /**
   * @param blocks number of blocks that store it
   */
  static ErofsFileData compressed(long size, long blocks, byte[] index) {
    return new ErofsFileData(Layout.COMPRESSED_FULL, size, blocks, index);
  }

  boolean isCompressed() {
    return layout == Layout.COMPRESSED_FULL;
  }

  Layout layout() {
    return layout;
  }

  /** Returns the size in bytes. */
  long size() {
    return size;
  }

  /**
   * Returns the field i_u of the inode: the address of the first block, the number of compressed
   * blocks, or the device number.
   */
  long word() {
    return word;
  }

  /** Returns the bytes that follow the inode and its extended attributes. */
  byte[] inline() {
    return inline;
  }
}
