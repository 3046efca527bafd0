package linuxkit.disk.read;

import java.io.IOException;
import java.nio.ByteBuffer;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.disk.DiskFailure;

/** Reads a sparse VMDK in one file, compressed or not (Virtual Disk Format 5.0). */
final class VmdkDisk {
  private static final int SECTOR = 512;
  private static final int MAGIC = 0x564d444b;
  private static final int COMPRESSED = 1 << 16;
  private static final int FOOTER = 2 * SECTOR;

  private VmdkDisk() {}

  static RandomAccessInput of(RandomAccessInput in) throws IOException {
    ByteBuffer header = in.little(0, SECTOR);
    if (header.getInt(0) != MAGIC) {
      throw new DiskFailure("the disk consists of several files", "");
    }
    if (header.getLong(56) == -1) {
      header = in.little(in.size() - FOOTER, SECTOR);
      if (header.getInt(0) != MAGIC) {
        throw DiskReader.truncated();
      }
    }
    long sectors = header.getLong(12);
    long perTable = header.getInt(44);
    if (sectors < 0 || sectors > Long.MAX_VALUE / SECTOR || perTable < 1 || perTable > 1 << 16) {
      throw DiskReader.damaged("its header is not valid");
    }
    int grain = DiskReader.blockSize(Math.clamp(header.getLong(20), 0L, 1L << 20) * SECTOR);
    long directory = header.getLong(56) * SECTOR;
    boolean compressed = (header.getInt(8) & COMPRESSED) != 0;
    return new MappedDisk(sectors * SECTOR, grain) {
      @Override
      byte[] block(long number) throws IOException {
        long table = sector(directory + number / perTable * 4);
        long at = table == 0 ? 0 : sector(table + number % perTable * 4);
        if (at <= SECTOR) {
          return new byte[0];
        }
        if (!compressed) {
          return stored(in, at, number);
        }
        int length = in.little(at, 12).getInt(8);
        if (length < 0 || length > 2 * grain + SECTOR) {
          throw DiskReader.damaged("a grain is too large");
        }
        if (at > in.size() - 12 - length) {
          throw DiskReader.truncated();
        }
        return DiskReader.inflate(in.bytes(at + 12, length), false, grain, length(number));
      }

      private long sector(long place) throws IOException {
        return (in.little(place, 4).getInt() & 0xffff_ffffL) * SECTOR;
      }
    };
  }
}
