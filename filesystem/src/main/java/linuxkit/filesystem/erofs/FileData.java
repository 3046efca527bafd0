package linuxkit.filesystem.erofs;

/** Where the content of a file lies, as its inode says it. */
final class FileData {
  /** The address of the first block of a content that has none. */
  static final long NO_BLOCK = 0xffff_ffffL;

  private static final byte[] NOTHING = {};

  /** The values of erofs_fs.h, "EROFS inode datalayout". */
  enum Layout {
    /** In consecutive blocks. */
    FLAT_PLAIN(0),
    /** In consecutive blocks but for the last part of less than a block, which is inline. */
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

  private FileData(Layout layout, long size, long word, byte[] inline) {
    this.layout = layout;
    this.size = size;
    this.word = word;
    this.inline = inline;
  }

  /**
   * Of a file without content.
   *
   * @param word a device's number
   */
  static FileData none(long word) {
    return new FileData(Layout.FLAT_PLAIN, 0, word, NOTHING);
  }

  static FileData plain(long size, long block) {
    return new FileData(Layout.FLAT_PLAIN, size, block, NOTHING);
  }

  static FileData inline(long size, long block, byte[] tail) {
    return new FileData(Layout.FLAT_INLINE, size, block, tail);
  }

  /**
   * @param blocks how many it is stored in
   */
  static FileData compressed(long size, long blocks, byte[] index) {
    return new FileData(Layout.COMPRESSED_FULL, size, blocks, index);
  }

  boolean isCompressed() {
    return layout == Layout.COMPRESSED_FULL;
  }

  Layout layout() {
    return layout;
  }

  /** In bytes. */
  long size() {
    return size;
  }

  /**
   * The inode's own word for it (i_u): the address of the first block, the number of compressed
   * blocks, or a device's number.
   */
  long word() {
    return word;
  }

  /** What follows the inode and its extended attributes. */
  byte[] inline() {
    return inline;
  }
}
