package linuxkit.filesystem.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import linuxkit.filesystem.erofs.codec.Algorithm;
import linuxkit.filesystem.erofs.codec.BlockOutput;

/**
 * Maps each block of the content of a file to where it is stored (struct z_erofs_map_header and
 * z_erofs_lcluster_index, the "full" index).
 */
final class ClusterIndex {
  private static final int BLOCK = BlockOutput.BLOCK;
  private static final int HEADER = 8;
  private static final int RESERVED = 8;
  private static final int ENTRY = 8;
  private static final int BIG_CLUSTERS = 2;

  private static final short PLAIN = 0;
  private static final short HEAD = 1;
  private static final short NOT_HEAD = 2;

  /** Marks the number of stored blocks of a cluster, in the entry after its head. */
  private static final int BLOCK_COUNT = 1 << 11;

  private final ByteBuffer bytes;

  /**
   * @param size of the content, in bytes
   */
  ClusterIndex(Algorithm algorithm, long size) {
    int entries = Math.toIntExact(BlockOutput.blocks(size));
    bytes = ByteBuffer.allocate(HEADER + RESERVED + entries * ENTRY).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0);
    bytes.putShort((short) BIG_CLUSTERS);
    bytes.put((byte) algorithm.code());
    bytes.put((byte) 0);
    bytes.position(HEADER + RESERVED);
  }

  /**
   * Adds the next part of the content.
   *
   * @param block address of the first block that stores it
   */
  void add(Cluster cluster, long block) {
    int count = Math.ceilDiv(cluster.size(), BLOCK);
    if (!cluster.isCompressed()) {
      for (int i = 0; i < count; i++) {
        head(PLAIN, block + i);
      }
      return;
    }
    head(HEAD, block);
    for (int i = 1; i < count; i++) {
      bytes.putShort(NOT_HEAD);
      bytes.putShort((short) 0);
      // Distances to the head and to the next head.
      bytes.putShort((short) (i == 1 ? cluster.blocks() | BLOCK_COUNT : i));
      bytes.putShort((short) (count - i));
    }
  }

  private void head(short type, long block) {
    bytes.putShort(type);
    bytes.putShort((short) 0);
    bytes.putInt((int) block);
  }

  byte[] encode() {
    return bytes.array();
  }
}
