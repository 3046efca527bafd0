package linuxkit.filesystem.fat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import linuxkit.base.SparseImage;

/**
 * Writes the chains of clusters (section "FAT Data Structure"). Files are contiguous, so the
 * numbers in a chain count up. Packing bits from the least significant one of each byte gives the
 * bytes that the section draws for each width.
 */
final class AllocationTable implements SparseImage.Source {
  private static final int BUFFER = 1 << 16;

  private final FatType type;
  private final long[] runs;

  /**
   * @param runs number of clusters of each chain; the chains follow one another from cluster 2 on
   */
  AllocationTable(FatType type, long[] runs) {
    this.type = type;
    this.runs = runs;
  }

  /** Returns the size up to the last used cluster, in bytes; the rest of the table is zero. */
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
    // The first entry repeats the media type; the second marks a clean volume.
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
