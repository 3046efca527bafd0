package linuxkit.filesystem.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.zip.CRC32C;
import linuxkit.filesystem.erofs.codec.Algorithm;
import linuxkit.filesystem.erofs.codec.BlockOutput;

/**
 * Encodes the first block of an image: space for a boot sector, the superblock (struct
 * erofs_super_block), and the inode of the root, whose position must fit 16 bits.
 */
final class ErofsSuperblock {
  private static final int OFFSET = 1024;
  private static final int CHECKSUM = OFFSET + 4;
  private static final int UUID = OFFSET + 48;
  private static final int UUID_SIZE = 16;
  private static final int VOLUME_NAME = UUID + UUID_SIZE;
  private static final int FEATURES_INCOMPATIBLE = VOLUME_NAME + 16;
  private static final int END = OFFSET + 128;

  /**
   * The position of the inode of the root, in bytes. The settings of the compression precede it.
   */
  private static final int ROOT = END + InodeEncoder.SLOT;

  /** The maximum size of the inode of the root, in bytes. */
  static final int ROOT_ROOM = BlockOutput.BLOCK - ROOT;

  private static final int MAGIC = 0xe0f5e1e2;
  private static final int BLOCK_BITS = 12;
  private static final int INCOMPAT_ZERO_PADDING = 1;
  private static final int INCOMPAT_TERMS_AND_BIG_CLUSTERS = 2;
  private static final int INCOMPAT_SHARED = 0x20;
  private static final int COMPAT_CHECKSUM = 1;
  private static final int COMPAT_MTIME = 2;

  private ErofsSuperblock() {}

  static void placeRoot(ErofsInode root) {
    root.place(ROOT);
  }

  /**
   * Returns the block.
   *
   * @param inodes number of inodes
   * @param blocks number of blocks of the image
   * @param sharedXattrs address of their first block; 0 if there are none
   * @param root inode of the root
   * @param shared whether several inodes share compressed blocks
   * @param hash of all metadata and contents, which determines the UUID; consumed
   */
  static byte[] encode(
      ErofsOptions options,
      long inodes,
      long blocks,
      long sharedXattrs,
      byte[] root,
      boolean shared,
      MessageDigest hash) {
    ByteBuffer block = ByteBuffer.allocate(BlockOutput.BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    block.position(OFFSET);
    block.putInt(MAGIC);
    block.putInt(0);
    block.putInt(COMPAT_CHECKSUM | COMPAT_MTIME);
    block.put((byte) BLOCK_BITS);
    block.put((byte) 0);
    block.putShort((short) (ROOT / InodeEncoder.SLOT));
    block.putLong(inodes);
    block.putLong(options.time());
    block.putInt(0);
    block.putInt((int) blocks);
    block.putInt(0);
    block.putInt((int) sharedXattrs);
    block.position(VOLUME_NAME).put(options.label().getBytes(StandardCharsets.UTF_8));
    options.algorithm().ifPresent(a -> compression(a, shared, block));
    block.position(ROOT).put(root);

    hash.update(block.array());
    block.position(UUID).put(uuid(hash.digest()));
    CRC32C checksum = new CRC32C();
    checksum.update(block.array(), OFFSET, BlockOutput.BLOCK - OFFSET);
    // Unlike the JDK, the kernel does not complement the result.
    block.putInt(CHECKSUM, ~(int) checksum.getValue());
    return block.array();
  }

  private static void compression(Algorithm algorithm, boolean shared, ByteBuffer block) {
    byte[] terms = algorithm.terms();
    block.position(FEATURES_INCOMPATIBLE);
    block.putInt(
        INCOMPAT_ZERO_PADDING | INCOMPAT_TERMS_AND_BIG_CLUSTERS | (shared ? INCOMPAT_SHARED : 0));
    block.putShort((short) (1 << algorithm.code()));
    block.position(END).putShort((short) terms.length).put(terms);
  }

  /**
   * Returns a UUID of version 8 and variant 10 (RFC 9562, section 5.8) with the bits of the hash.
   */
  private static byte[] uuid(byte[] hash) {
    ByteBuffer uuid = ByteBuffer.allocate(UUID_SIZE).put(hash, 0, UUID_SIZE);
    uuid.put(6, (byte) ((hash[6] & 0x0f) | 0x80));
    uuid.put(8, (byte) ((hash[8] & 0x3f) | 0x80));
    return uuid.array();
  }
}
