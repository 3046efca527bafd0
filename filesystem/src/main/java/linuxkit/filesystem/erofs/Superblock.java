package linuxkit.filesystem.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.zip.CRC32C;

/**
 * The first block of an image: room for a boot sector, the superblock (struct erofs_super_block),
 * and the root's inode, which must have a place that sixteen bits can say.
 */
final class Superblock {
  private static final int OFFSET = 1024;
  private static final int CHECKSUM = OFFSET + 4;
  private static final int UUID = OFFSET + 48;
  private static final int UUID_SIZE = 16;
  private static final int VOLUME_NAME = UUID + UUID_SIZE;
  private static final int FEATURES_INCOMPATIBLE = VOLUME_NAME + 16;
  private static final int END = OFFSET + 128;

  /** Where the root's inode lies, in bytes; before it there is room for the compression's terms. */
  private static final int ROOT = END + InodeEncoder.SLOT;

  /** How many bytes the root's inode may have. */
  static final int ROOT_ROOM = BlockOutput.BLOCK - ROOT;

  private static final int MAGIC = 0xe0f5e1e2;
  private static final int BLOCK_BITS = 12;
  private static final int INCOMPAT_ZERO_PADDING = 1;
  private static final int INCOMPAT_TERMS_AND_BIG_CLUSTERS = 2;
  private static final int INCOMPAT_SHARED = 0x20;
  private static final int COMPAT_CHECKSUM = 1;
  private static final int COMPAT_MTIME = 2;

  private Superblock() {}

  static void placeRoot(Inode root) {
    root.place(ROOT);
  }

  /**
   * Makes the block.
   *
   * @param inodes how many there are
   * @param blocks how many the image has
   * @param sharedXattrs the address of their first block; 0 when there are none
   * @param root the root's inode
   * @param shared whether several inodes have the same compressed blocks
   * @param hash of all metadata and contents, from which the UUID is made; of no use afterwards
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
    options.compression().algorithm().ifPresent(a -> compression(a, shared, block));
    block.position(ROOT).put(root);

    hash.update(block.array());
    block.position(UUID).put(uuid(hash.digest()));
    CRC32C checksum = new CRC32C();
    checksum.update(block.array(), OFFSET, BlockOutput.BLOCK - OFFSET);
    // The kernel leaves out the complement at the end that the JDK's has.
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

  /** Version 8, variant 10 (RFC 9562, section 5.8): the other bits are the hash's. */
  private static byte[] uuid(byte[] hash) {
    ByteBuffer uuid = ByteBuffer.allocate(UUID_SIZE).put(hash, 0, UUID_SIZE);
    uuid.put(6, (byte) ((hash[6] & 0x0f) | 0x80));
    uuid.put(8, (byte) ((hash[8] & 0x3f) | 0x80));
    return uuid.array();
  }
}
