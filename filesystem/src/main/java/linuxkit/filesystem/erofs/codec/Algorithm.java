package linuxkit.filesystem.erofs.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A compression algorithm and its settings, some of which are in the superblock (erofs_fs.h,
 * z_erofs_lz4_cfgs and others).
 *
 * @param level of Zstandard; 0 for LZ4
 * @param clusterBlocks number of blocks that are compressed together
 */
public record Algorithm(Kind kind, int level, int clusterBlocks) {
  /** LZ4, whose clusters are small, since they are decompressed often. */
  public static final Algorithm LZ4 = new Algorithm(Kind.LZ4, 0, 16);

  /** Zstandard, made quickly. */
  public static final Algorithm ZSTD = new Algorithm(Kind.ZSTD, 3, 32);

  /** The algorithms that are implemented. */
  public enum Kind {
    LZ4(0),
    ZSTD(3);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  /** Returns the number of the algorithm on disk. */
  public int code() {
    return kind.code;
  }

  /** Returns text that differs if the compressed bytes may differ. */
  public String settings() {
    return kind
        + " "
        + level
        + " "
        + clusterBlocks
        + " "
        + (kind == Kind.ZSTD ? Zstd.VERSION : Lz4.settings());
  }

  /** Loads what compressors need, on another thread, so that the first of them need not wait. */
  public void prepare() {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                codec().close();
              } catch (RuntimeException _) {
                // Reported to whoever needs it.
              }
            });
  }

  /** Creates a compressor. */
  public Codec codec() {
    return switch (kind) {
      case LZ4 -> new Lz4();
      case ZSTD -> new Zstd(level);
    };
  }

  /** Returns the settings that readers need before they decompress anything. */
  public byte[] terms() {
    return switch (kind) {
      case LZ4 -> {
        ByteBuffer terms = ByteBuffer.allocate(14).order(ByteOrder.LITTLE_ENDIAN);
        terms.putShort((short) Lz4.MAX_DISTANCE);
        terms.putShort((short) (maxClusterSize() / BlockOutput.BLOCK));
        yield terms.array();
      }
      case ZSTD -> {
        // A frame of known length needs a window no longer than its content; the number counts from
        // 2^10.
        int window = 32 - Integer.numberOfLeadingZeros(maxClusterSize() - 1);
        yield new byte[] {0, (byte) (window - 10), 0, 0, 0, 0};
      }
    };
  }

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
