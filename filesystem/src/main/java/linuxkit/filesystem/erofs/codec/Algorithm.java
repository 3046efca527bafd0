package linuxkit.filesystem.erofs.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A compression algorithm and its settings in the superblock (erofs_fs.h, z_erofs_lz4_cfgs and
 * others).
 */
public enum Algorithm {
  LZ4(0, 16) {
    @Override
    public Codec codec() {
      return new Lz4();
    }

    @Override
    public byte[] terms() {
      ByteBuffer terms = ByteBuffer.allocate(14).order(ByteOrder.LITTLE_ENDIAN);
      terms.putShort((short) Lz4.MAX_DISTANCE);
      terms.putShort((short) (maxClusterSize() / BlockOutput.BLOCK));
      return terms.array();
    }
  },
  ZSTD(3, 32) {
    @Override
    public Codec codec() {
      return new Zstd();
    }

    @Override
    public byte[] terms() {
      // A frame of known length needs a window no longer than its content; the number counts from
      // 2^10.
      int window = 32 - Integer.numberOfLeadingZeros(maxClusterSize() - 1);
      return new byte[] {0, (byte) (window - 10), 0, 0, 0, 0};
    }
  };

  private final int code;
  private final int clusterBlocks;

  Algorithm(int code, int clusterBlocks) {
    this.code = code;
    this.clusterBlocks = clusterBlocks;
  }

  /** Returns the number of the algorithm on disk. */
  public int code() {
    return code;
  }

  public abstract Codec codec();

  /** Returns the settings that readers need before they decompress anything. */
  public abstract byte[] terms();

  /** Returns how many bytes of content are compressed together. */
  public int clusterSize() {
    return clusterBlocks * BlockOutput.BLOCK;
  }

  /**
   * Returns the size of the next cluster in bytes. The last cluster of a file includes a small
   * rest.
   */
  public int maxClusterSize() {
    return clusterSize() + clusterSize() / 4;
  }
}
