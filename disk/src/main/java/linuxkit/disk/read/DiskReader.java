package linuxkit.disk.read;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.header.DiskType;

/** Reads the bytes of a disk out of its container. */
public final class DiskReader {
  private static final int SECTOR = 512;
  // "conectix", with which a footer begins.
  private static final long VHD_FOOTER = 0x636f_6e65_6374_6978L;
  private static final int MOST_BLOCK = 256 << 20;

  private DiskReader() {}

  /**
   * Returns the bytes of a disk.
   *
   * @param in the container's file
   * @throws DiskFailure if it is damaged, or needs another file
   */
  public static RandomAccessInput of(DiskType type, RandomAccessInput in) throws IOException {
    return switch (type) {
      case RAW -> in;
      case QCOW2 -> qcow2(in);
      case VHD -> vhd(in);
      case VHDX -> VhdxDisk.of(in);
      case VMDK -> VmdkDisk.of(in);
    };
  }

  static DiskFailure damaged(String what) {
    return new DiskFailure("the disk is damaged: " + what, "");
  }

  static DiskFailure truncated() {
    return damaged("it is truncated");
  }

  static int blockSize(long size) {
    if (size < SECTOR || size > MOST_BLOCK || Long.bitCount(size) != 1) {
      throw damaged("its block size is not valid");
    }
    return (int) size;
  }

  /** Inflates a block, of which at least {@code needed} bytes must be there. */
  static byte[] inflate(byte[] stored, boolean raw, int size, int needed) {
    Inflater inflater = new Inflater(raw);
    byte[] bytes = new byte[size];
    try {
      inflater.setInput(stored);
      int n = 0;
      for (int more = 1; more > 0 && n < size; n += more) {
        more = inflater.inflate(bytes, n, size - n);
      }
      if (n < needed) {
        throw truncatedBlock();
      }
      return bytes;
    } catch (DataFormatException _) {
      throw damaged("a block cannot be decompressed");
    } finally {
      inflater.end();
    }
  }

  private static DiskFailure truncatedBlock() {
    return damaged("a compressed block is truncated");
  }

  private static RandomAccessInput qcow2(RandomAccessInput in) throws IOException {
    ByteBuffer header = in.big(0, 112);
    int bits = header.getInt(20);
    if (header.getLong(8) != 0 || header.getInt(32) != 0) {
      throw new DiskFailure("the disk is encrypted or needs another file", "");
    }
    if (bits < 9 || bits > 21 || header.getLong(24) < 0) {
      throw damaged("its header is not valid");
    }
    boolean zstd = header.getInt(4) >= 3 && header.getInt(100) > 104 && header.get(104) == 1;
    int cluster = 1 << bits;
    long table = header.getLong(40);
    int offsetBits = 62 - (bits - 8);
    return new MappedDisk(header.getLong(24), cluster) {
      @Override
      byte[] block(long number) throws IOException {
        long perTable = cluster / Long.BYTES;
        long second =
            in.big(table + number / perTable * Long.BYTES, 8).getLong() & 0x00ff_ffff_ffff_fe00L;
        if (second == 0) {
          return new byte[0];
        }
        long entry = in.big(second + number % perTable * Long.BYTES, 8).getLong();
        if ((entry & (1L << 62)) != 0) {
          long at = entry & ((1L << offsetBits) - 1);
          long sectors = ((entry >>> offsetBits) & ((1L << (bits - 8)) - 1)) + 1;
          long length = Math.min(sectors * SECTOR - at % SECTOR, in.size() - at);
          if (length <= 0) {
            throw truncated();
          }
          byte[] stored = in.bytes(at, (int) length);
          int needed = length(number);
          return zstd ? zstd(stored, cluster, needed) : inflate(stored, true, cluster, needed);
        }
        long at = entry & 0x00ff_ffff_ffff_fe00L;
        boolean zeros = at == 0 || (entry & 1) != 0;
        return zeros ? new byte[0] : stored(in, at, number);
      }
    };
  }

  private static byte[] zstd(byte[] stored, int size, int needed) throws IOException {
    try (InputStream in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(stored))) {
      byte[] bytes = in.readNBytes(size);
      if (bytes.length < needed) {
        throw truncatedBlock();
      }
      return bytes;
    }
  }

  private static RandomAccessInput vhd(RandomAccessInput in) throws IOException {
    ByteBuffer footer = in.big(in.size() - SECTOR, SECTOR);
    if (footer.getLong(0) != VHD_FOOTER) {
      throw truncated();
    }
    long size = footer.getLong(48);
    if (footer.getInt(60) == 2) {
      if (size > in.size() - SECTOR) {
        throw truncated();
      }
      return in.part(0, size);
    }
    if (footer.getInt(60) != 3) {
      throw new DiskFailure("the disk needs another file", "");
    }
    ByteBuffer header = in.big(footer.getLong(16), 1024);
    long table = header.getLong(16);
    int block = blockSize(header.getInt(32) & 0xffff_ffffL);
    long bitmap = Math.ceilDiv(block / SECTOR / 8, SECTOR) * (long) SECTOR;
    return new MappedDisk(size, block) {
      @Override
      byte[] block(long number) throws IOException {
        int sector = in.big(table + number * 4, 4).getInt();
        return sector == -1
            ? new byte[0]
            : stored(in, (sector & 0xffff_ffffL) * SECTOR + bitmap, number);
      }
    };
  }
}
