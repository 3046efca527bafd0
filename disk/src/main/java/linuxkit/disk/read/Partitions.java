package linuxkit.disk.read;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.io.RandomAccessInput;

/** Reads partition tables. */
public final class Partitions {
  private static final int SECTOR = 512;
  private static final int MBR_ENTRIES = 446;
  private static final int PROTECTIVE = 0xee;
  private static final int MOST = 128;

  private Partitions() {}

  /** Returns the contents of the partitions in order; empty if there is no partition table. */
  public static List<RandomAccessInput> of(RandomAccessInput disk) throws IOException {
    if (disk.size() < 34 * SECTOR) {
      return List.of();
    }
    byte[] second = disk.bytes(SECTOR, 8);
    if (new String(second, StandardCharsets.ISO_8859_1).equals("EFI PART")) {
      return gpt(disk);
    }
    ByteBuffer mbr = disk.little(0, SECTOR);
    List<RandomAccessInput> partitions = new ArrayList<>();
    if ((mbr.getShort(510) & 0xffff) == 0xaa55) {
      for (int i = 0; i < 4; i++) {
        int at = MBR_ENTRIES + i * 16;
        int type = mbr.get(at + 4) & 0xff;
        if (type != 0 && type != PROTECTIVE) {
          add(
              partitions,
              disk,
              mbr.getInt(at + 8) & 0xffff_ffffL,
              mbr.getInt(at + 12) & 0xffff_ffffL);
        }
      }
    }
    return partitions;
  }

  private static List<RandomAccessInput> gpt(RandomAccessInput disk) throws IOException {
    ByteBuffer header = disk.little(SECTOR, SECTOR);
    List<RandomAccessInput> partitions = new ArrayList<>();
    int size = header.getInt(84);
    if (size < 128 || size > 4096) {
      throw DiskReader.damaged("its partition table is not valid");
    }
    for (int i = 0; i < Math.clamp(header.getInt(80), 0, MOST); i++) {
      ByteBuffer entry = disk.little(header.getLong(72) * SECTOR + (long) i * size, 128);
      long first = entry.getLong(32);
      if (entry.getLong(0) != 0 && first > 0) {
        add(partitions, disk, first, entry.getLong(40) - first + 1);
      }
    }
    return partitions;
  }

  private static void add(
      List<RandomAccessInput> partitions, RandomAccessInput disk, long first, long sectors) {
    if (first > 0 && sectors > 0 && first < disk.size() / SECTOR) {
      partitions.add(disk.part(first * SECTOR, sectors * SECTOR));
    }
  }
}
