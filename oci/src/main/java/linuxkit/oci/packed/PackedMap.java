package linuxkit.oci.packed;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The structure of compressed data, found when all of it was read. It consists of blocks with a
 * SHA-256 each, so that any of it can be verified before it is unpacked. Some blocks are starts:
 * unpacking can begin there.
 */
public final class PackedMap {
  private static final int HASH = 32;
  private static final int HEADER = 2 * Long.BYTES;
  private static final int ENTRY = 2 * Long.BYTES + HASH;

  private final long size;
  // One more than there are blocks: the last is the end of the data.
  private final long[] packedAt;
  // The numbers of the blocks that are starts, and the positions in the unpacked data.
  private final int[] starts;
  private final long[] unpackedAt;
  private final byte[] hashes;

  private PackedMap(long size, long[] packedAt, int[] starts, long[] unpackedAt, byte[] hashes) {
    this.size = size;
    this.packedAt = packedAt;
    this.starts = starts;
    this.unpackedAt = unpackedAt;
    this.hashes = hashes;
  }

  /** Collects the blocks of a map in the form that {@link #read} reads. */
  static final class Writer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream blocks = new DataOutputStream(bytes);

    /**
     * @param unpacked the position in the unpacked data; −1 if the block is not a start
     */
    void add(long packed, long unpacked, byte[] sha256) throws IOException {
      blocks.writeLong(packed);
      blocks.writeLong(unpacked);
      blocks.write(sha256);
    }

    /** Returns the map's bytes. */
    byte[] finish(long packed, long unpacked) {
      return ByteBuffer.allocate(HEADER + bytes.size())
          .putLong(packed)
          .putLong(unpacked)
          .put(bytes.toByteArray())
          .array();
    }
  }

  /**
   * Reads a map.
   *
   * @throws IOException if the bytes are not a map
   */
  public static PackedMap read(byte[] bytes) throws IOException {
    int count = (bytes.length - HEADER) / ENTRY;
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      long[] packedAt = new long[count + 1];
      int[] starts = new int[count];
      long[] unpackedAt = new long[count + 1];
      byte[] hashes = new byte[count * HASH];
      int found = 0;
      packedAt[count] = in.getLong();
      long size = in.getLong();
      for (int i = 0; i < count; i++) {
        packedAt[i] = in.getLong();
        long unpacked = in.getLong();
        if (unpacked >= 0) {
          starts[found] = i;
          unpackedAt[found++] = unpacked;
        }
        in.get(hashes, i * HASH, HASH);
      }
      unpackedAt[found] = size;
      return new PackedMap(
          size,
          packedAt,
          Arrays.copyOf(starts, found),
          Arrays.copyOf(unpackedAt, found + 1),
          hashes);
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new IOException("not the map of compressed data", e);
    }
  }

  /** Returns the size of the unpacked data in bytes. */
  public long size() {
    return size;
  }

  /** Returns the number of parts, each from one start to the next. */
  int parts() {
    return starts.length;
  }

  /** Returns the number of the part that holds a position of the unpacked data. */
  int part(long position) {
    int found = Arrays.binarySearch(unpackedAt, 0, starts.length, position);
    // Of several parts at one position, all but the last are empty.
    int part = found >= 0 ? found : -found - 2;
    while (part + 1 < starts.length && unpackedAt[part + 1] <= position) {
      part++;
    }
    return part;
  }

  /** Returns where a part begins in the unpacked data; of the number after the last, the end. */
  long start(int part) {
    return unpackedAt[part];
  }

  int firstBlock(int part) {
    return starts[part];
  }

  int endBlock(int part) {
    return part + 1 < starts.length ? starts[part + 1] : packedAt.length - 1;
  }

  /** Returns where a block begins in the compressed data; of the number after the last, the end. */
  long block(int number) {
    return packedAt[number];
  }

  boolean hasHash(int block, byte[] sha256) {
    return Arrays.equals(hashes, block * HASH, (block + 1) * HASH, sha256, 0, HASH);
  }
}
