package linuxkit.filesystem.read;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import linuxkit.base.io.RandomAccessInput;
import org.tukaani.xz.XZInputStream;

/** Reads and decompresses the blocks of a squashfs. */
final class SquashfsBlocks {
  private static final int METADATA = 8192;
  private static final int METADATA_PLAIN = 1 << 15;
  private static final int PLAIN = 1 << 24;
  private static final int KEPT = 256;
  // In KiB, for xz.
  private static final int MEMORY = 64 << 10;

  private final RandomAccessInput in;
  private final int compression;
  private final Walk walk;
  private final Map<Long, Block> metadata = new HashMap<>();

  /** A block, and where the next one begins. */
  private static final class Block {
    private final byte[] bytes;
    private final long next;

    Block(byte[] bytes, long next) {
      this.bytes = bytes;
      this.next = next;
    }
  }

  SquashfsBlocks(RandomAccessInput in, int compression, Walk walk) {
    if (compression != 1 && compression != 4 && compression != 6) {
      throw walk.failure("its compression is neither gzip, xz nor zstd", "");
    }
    this.in = in;
    this.compression = compression;
    this.walk = walk;
  }

  /** Reads a block of a file. */
  byte[] data(long at, int word, int most) throws IOException {
    int size = word & ~PLAIN;
    if (size > most) {
      throw walk.failure("a block is too large", "");
    }
    byte[] stored = in.bytes(at, size);
    return (word & PLAIN) != 0 ? stored : decompress(stored, most);
  }

  private Block metadata(long at) throws IOException {
    Block known = metadata.get(at);
    if (known != null) {
      return known;
    }
    int header = in.little(at, 2).getShort() & 0xffff;
    int size = header & ~METADATA_PLAIN;
    if (size > METADATA) {
      throw walk.failure("a block is too large", "");
    }
    byte[] stored = in.bytes(at + 2, size);
    byte[] bytes = (header & METADATA_PLAIN) != 0 ? stored : decompress(stored, METADATA);
    if (bytes.length == 0) {
      throw walk.failure("a block is empty", "");
    }
    Block block = new Block(bytes, at + 2 + size);
    if (metadata.size() >= KEPT) {
      metadata.clear();
    }
    metadata.put(at, block);
    return block;
  }

  private byte[] decompress(byte[] stored, int most) throws IOException {
    byte[] bytes = new byte[most];
    int length =
        switch (compression) {
          case 1 -> inflate(stored, bytes);
          case 4 -> {
            try (InputStream xz = new XZInputStream(new ByteArrayInputStream(stored), MEMORY)) {
              yield xz.readNBytes(bytes, 0, most);
            }
          }
          default -> {
            long n = Zstd.decompress(bytes, stored);
            if (Zstd.isError(n)) {
              throw walk.failure("a block is damaged", "");
            }
            yield (int) n;
          }
        };
    return Arrays.copyOf(bytes, length);
  }

  private int inflate(byte[] stored, byte[] bytes) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(stored);
      return inflater.inflate(bytes);
    } catch (DataFormatException _) {
      throw walk.failure("a block is damaged", "");
    } finally {
      inflater.end();
    }
  }

  /** Reads structures of a table one after another. */
  static final class Cursor {
    private final SquashfsBlocks blocks;
    private Block block;
    private int offset;

    /**
     * @param reference the start of a block in the table, and after 16 bits the offset in it
     */
    Cursor(SquashfsBlocks blocks, long table, long reference) throws IOException {
      this.blocks = blocks;
      this.block = blocks.metadata(table + (reference >>> 16));
      this.offset = (int) (reference & 0xffff);
    }

    ByteBuffer read(int length) throws IOException {
      return ByteBuffer.wrap(bytes(length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[] bytes(int length) throws IOException {
      byte[] bytes = new byte[length];
      for (int done = 0; done < length; ) {
        if (offset >= block.bytes.length) {
          offset -= block.bytes.length;
          block = blocks.metadata(block.next);
        }
        int n = Math.min(length - done, block.bytes.length - offset);
        if (n > 0) {
          System.arraycopy(block.bytes, offset, bytes, done, n);
          offset += n;
          done += n;
        }
      }
      return bytes;
    }
  }
}
