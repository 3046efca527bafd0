package linuxkit.disk.block;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import linuxkit.base.SparseImage;

/** Finds the blocks of a disk that are not all zeros. */
public final class Blocks {
  /** Receives one block after another. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * @param index of the block: its offset in the disk, in blocks
     * @param block padded with zeros at the end of the disk; reused for the next call
     */
    void visit(long index, byte[] block) throws IOException;
  }

  private Blocks() {}

  /**
   * Reads the disk once, in order, and holds one block in memory.
   *
   * @param blockSize in bytes
   */
  public static void forEach(SparseImage disk, int blockSize, Visitor visitor) throws IOException {
    try (Cutter cutter = new Cutter(blockSize, visitor)) {
      for (SparseImage.Extent extent : disk.extents()) {
        cutter.seek(extent.offset());
        extent.writeTo(cutter);
      }
      cutter.emit();
    }
  }

  private static final class Cutter extends OutputStream {
    private final byte[] zeros;
    private final byte[] block;
    private final Visitor visitor;
    private long index;
    private int at;

    Cutter(int blockSize, Visitor visitor) {
      this.zeros = new byte[blockSize];
      this.block = new byte[blockSize];
      this.visitor = visitor;
    }

    /** Continues at an offset, which must not lie before the current one. */
    void seek(long offset) throws IOException {
      if (offset / block.length != index) {
        emit();
        index = offset / block.length;
      }
      at = (int) (offset % block.length);
    }

    void emit() throws IOException {
      if (!Arrays.equals(block, zeros)) {
        visitor.visit(index, block);
        Arrays.fill(block, (byte) 0);
      }
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      int from = offset;
      int left = length;
      while (left > 0) {
        if (at == block.length) {
          emit();
          index++;
          at = 0;
        }
        int count = Math.min(left, block.length - at);
        System.arraycopy(bytes, from, block, at, count);
        at += count;
        from += count;
        left -= count;
      }
    }
  }
}
