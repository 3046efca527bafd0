package linuxkit.disk.read;

import java.io.IOException;
import java.nio.ByteBuffer;
import linuxkit.base.io.RandomAccessInput;

/** Reads a VHDX (MS-VHDX). */
final class VhdxDisk {
  private static final int REGIONS = 192 << 10;
  private static final int TABLE = 64 << 10;
  private static final int MOST_ENTRIES = 2047;
  // The first four bytes of GUIDs, which tell them apart.
  private static final int BAT = 0x2dc27766;
  private static final int METADATA = 0x8b7ca206;
  private static final int FILE_PARAMETERS = 0xcaa16737;
  private static final int DISK_SIZE = 0x2fa54224;
  private static final int SECTOR_SIZE = 0x8141bf1d;
  private static final int PRESENT = 6;

  private VhdxDisk() {}

  static RandomAccessInput of(RandomAccessInput in) throws IOException {
    ByteBuffer regions = in.little(REGIONS, TABLE);
    long table = 0;
    long metadata = 0;
    for (int i = 0; i < Math.clamp(regions.getInt(8), 0, MOST_ENTRIES); i++) {
      int at = 16 + i * 32;
      if (regions.getInt(at) == BAT) {
        table = regions.getLong(at + 16);
      } else if (regions.getInt(at) == METADATA) {
        metadata = regions.getLong(at + 16);
      }
    }
    ByteBuffer items = in.little(metadata, TABLE);
    long blockSize = 0;
    long size = -1;
    long sector = 512;
    for (int i = 0; i < Math.clamp(items.getShort(10), 0, MOST_ENTRIES); i++) {
      int at = 32 + i * 32;
      long place = metadata + (items.getInt(at + 16) & 0xffff_ffffL);
      switch (items.getInt(at)) {
        case FILE_PARAMETERS -> blockSize = in.little(place, 4).getInt() & 0xffff_ffffL;
        case DISK_SIZE -> size = in.little(place, 8).getLong();
        case SECTOR_SIZE -> sector = in.little(place, 4).getInt();
        default -> {}
      }
    }
    int block = DiskReader.blockSize(blockSize);
    if (table == 0 || size < 0 || (sector != 512 && sector != 4096)) {
      throw DiskReader.damaged("its metadata are not valid");
    }
    long chunk = (sector << 23) / block;
    long entries = table;
    return new MappedDisk(size, block) {
      @Override
      byte[] block(long number) throws IOException {
        long entry = in.little(entries + (number + number / chunk) * 8, 8).getLong();
        return (entry & 7) == PRESENT ? stored(in, (entry >>> 20) << 20, number) : new byte[0];
      }
    };
  }
}
