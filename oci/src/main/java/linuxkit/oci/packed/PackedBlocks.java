package linuxkit.oci.packed;

import java.io.EOFException;
import java.io.IOException;
import java.security.MessageDigest;
import linuxkit.base.Sha256;
import linuxkit.base.io.BlockInput;

/** The compressed data of some blocks; each is verified before any of its bytes is returned. */
final class PackedBlocks extends BlockInput {
  private final PackedMap map;
  private final PackedFile file;
  private final int end;
  private final MessageDigest hash = Sha256.digest();
  private byte[] block = new byte[0];
  private int next;
  private int at;
  private int length;

  PackedBlocks(PackedMap map, PackedFile file, int start, int end) {
    this.map = map;
    this.file = file;
    this.next = start;
    this.end = end;
  }

  /** Reads several blocks at once, and returns the number of bytes. */
  static int read(PackedMap map, PackedFile file, int start, int end, byte[] bytes)
      throws IOException {
    int length = (int) (map.block(end) - map.block(start));
    read(file, map.block(start), bytes, length);
    MessageDigest hash = Sha256.digest();
    int from = 0;
    for (int i = start; i < end; i++) {
      int to = (int) (map.block(i + 1) - map.block(start));
      verify(map, i, hash, bytes, from, to - from);
      from = to;
    }
    return length;
  }

  private static void read(PackedFile file, long position, byte[] bytes, int length)
      throws IOException {
    try {
      file.read(position, bytes, 0, length);
    } catch (EOFException _) {
      throw new DamagedPackingException("the compressed data is truncated");
    }
  }

  private static void verify(
      PackedMap map, int block, MessageDigest hash, byte[] bytes, int offset, int length)
      throws DamagedPackingException {
    hash.update(bytes, offset, length);
    if (!map.hasHash(block, hash.digest())) {
      throw new DamagedPackingException(
          "the compressed data at " + map.block(block) + " has changed");
    }
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int count) throws IOException {
    if (at == length && !load()) {
      return -1;
    }
    int n = Math.min(count, length - at);
    System.arraycopy(block, at, bytes, offset, n);
    at += n;
    return n;
  }

  private boolean load() throws IOException {
    if (next == end) {
      return false;
    }
    length = (int) (map.block(next + 1) - map.block(next));
    at = length;
    if (block.length < length) {
      block = new byte[length];
    }
    read(file, map.block(next), block, length);
    verify(map, next, hash, block, 0, length);
    next++;
    at = 0;
    return true;
  }
}
