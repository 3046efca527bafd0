package linuxkit.filesystem.fat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import linuxkit.base.SparseImage;

/**
 * The chains of clusters (section "FAT Data Structure"): what lies in one piece is a chain that
 * counts up. Bits are packed from the least significant one of each byte on, which gives the bytes
 * that the section draws for each width.
 */
final class AllocationTable implements SparseImage.Source {
  private static final int BUFFER = 1 << 16;

  private final FatType type;
  private final long[] runs;

  /**
   * @param runs how many clusters each chain has, one after another from cluster 2 on
   */
  AllocationTable(FatType type, long[] runs) {
    this.type = type;
    this.runs = runs;
  }

  /** Up to the last cluster in use; beyond it are zeros. */
  long bytes() {
    long entries = 2;
    for (long run : runs) {
      entries += run;
    }
    return Math.ceilDiv(entries * type.bits(), 8L);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    BufferedOutputStream buffered = new BufferedOutputStream(out, BUFFER);
    Packer packer = new Packer(buffered, type.bits());
    long end = type == FatType.FAT32 ? 0x0fff_ffff : (1L << type.bits()) - 1;
    // The first entry repeats the kind of medium; the second says that all is well.
    packer.put((end & ~0xffL) | BootRegion.MEDIA);
    packer.put(end);
    long next = 2;
    for (long run : runs) {
      for (long last = next + run - 1; next < last; ) {
        packer.put(++next);
      }
      packer.put(end);
      next++;
    }
    packer.finish();
    buffered.flush();
  }

  private static final class Packer {
    private final OutputStream out;
    private final int bits;
    private long held;
    private int count;

    Packer(OutputStream out, int bits) {
      this.out = out;
      this.bits = bits;
    }

    void put(long entry) throws IOException {
      held |= entry << count;
      for (count += bits; count >= 8; count -= 8) {
        out.write((int) held);
        held >>>= 8;
      }
    }

    void finish() throws IOException {
      if (count > 0) {
        out.write((int) held);
      }
    }
  }
}
