package linuxkit.filesystem.squashfs;

/**
 * The first bytes of the file system (struct squashfs_super_block).
 *
 * @param root reference to the inode of the root
 * @param length of the file system, in bytes, without padding
 */
record Superblock(
    SquashfsOptions options,
    int inodes,
    int fragments,
    int ids,
    long root,
    long length,
    long idTable,
    long xattrTable,
    long inodeTable,
    long directoryTable,
    long fragmentTable,
    long exportTable) {
  /** The size in bytes. */
  static final int SIZE = 96;

  /** Stands for the start of a missing table. */
  static final long NO_TABLE = -1;

  private static final int MAGIC = 0x73717368;
  private static final int DUPLICATES_CHECKED = 0x40;
  private static final int EXPORTABLE = 0x80;

  byte[] encode() {
    return new LittleEndian()
        .u32(MAGIC)
        .u32(inodes)
        .u32(options.time())
        .u32(options.blockSize())
        .u32(fragments)
        .u16(options.compression().id())
        .u16(Integer.numberOfTrailingZeros(options.blockSize()))
        .u16(DUPLICATES_CHECKED | EXPORTABLE)
        .u16(ids)
        .u16(4) // version 4.0
        .u16(0)
        .u64(root)
        .u64(length)
        .u64(idTable)
        .u64(xattrTable)
        .u64(inodeTable)
        .u64(directoryTable)
        .u64(fragmentTable)
        .u64(exportTable)
        .toByteArray();
  }
}
