package linuxkit.boot.bios;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import linuxkit.boot.loader.LoaderFailure;

/**
 * {@code ldlinux.sys} and the boot sector that starts it, told where the file lies: the boot sector
 * reads the first sector, which reads the others and checks the sum of them all. The file ends in
 * two sectors in which the running loader keeps what it must remember.
 *
 * <p>The places to fill in are named by two tables in the file, the first of them after a magic
 * number.
 */
final class SyslinuxCore {
  private static final int SECTOR = 512;
  private static final int MEMORY_SECTORS = 2;
  private static final int MAGIC = 0x3eb202fe;
  // The code is loaded from here on, its first sector apart.
  private static final int LOAD_ADDRESS = 0x8000;
  private static final int SEGMENT = 0x10000;
  // Fields of the first table.
  private static final int DATA_SECTORS = 8;
  private static final int MEMORY_SECTOR_COUNT = 10;
  private static final int DWORDS = 12;
  private static final int CHECKSUM = 16;
  private static final int SECOND_TABLE = 22;
  // Fields of the second table, all of them offsets in the file, counts, or offsets in the sector.
  private static final int MEMORY_POINTERS = 0;
  private static final int EXTENTS = 10;
  private static final int EXTENT_COUNT = 12;
  private static final int FIRST_SECTOR_LOW = 14;
  private static final int FIRST_SECTOR_HIGH = 16;
  private static final int EXTENT = 10;

  private final byte[] file;
  private final byte[] bootCode;
  private final ByteBuffer core;
  private final ByteBuffer bootSector;
  private final int sectors;

  private SyslinuxCore(SyslinuxProgram program) {
    this.file = Arrays.copyOf(program.core(), size(program));
    this.bootCode = program.bootSector().clone();
    this.core = little(file).limit(program.core().length);
    this.bootSector = little(bootCode);
    this.sectors = size(program) / SECTOR - MEMORY_SECTORS;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The size of the file in bytes. */
  static int size(SyslinuxProgram program) {
    return ((program.core().length + SECTOR - 1) / SECTOR + MEMORY_SECTORS) * SECTOR;
  }

  /**
   * @param firstSector where the file lies in one piece, counted from the start of the volume
   * @throws LoaderFailure when it is not as every version of 5 and 6 is
   */
  static SyslinuxCore install(SyslinuxProgram program, long firstSector) {
    SyslinuxCore core = new SyslinuxCore(program);
    try {
      core.fillIn(firstSector);
      return core;
    } catch (IndexOutOfBoundsException _) {
      throw new LoaderFailure("this ldlinux.sys cannot be installed", "", "use Syslinux 6");
    }
  }

  private void fillIn(long firstSector) {
    int table = 0;
    while (core.getInt(table) != MAGIC) {
      table += 4;
    }
    int second = u16(table + SECOND_TABLE);
    bootSector.putInt(u16(second + FIRST_SECTOR_LOW), (int) firstSector);
    bootSector.putInt(u16(second + FIRST_SECTOR_HIGH), (int) (firstSector >> 32));
    core.putShort(table + DATA_SECTORS, (short) sectors);
    core.putShort(table + MEMORY_SECTOR_COUNT, (short) MEMORY_SECTORS);
    core.putInt(table + DWORDS, core.limit() / 4);
    putExtents(u16(second + EXTENTS), u16(second + EXTENT_COUNT), firstSector + 1);
    int pointers = u16(second + MEMORY_POINTERS);
    core.putLong(pointers, firstSector + sectors);
    core.putLong(pointers + 8, firstSector + sectors + 1);
    core.putInt(table + CHECKSUM, 0);
    int sum = MAGIC;
    for (int at = 0; at + 4 <= core.limit(); at += 4) {
      sum -= core.getInt(at);
    }
    core.putInt(table + CHECKSUM, sum);
    for (int i = 0; i < MEMORY_SECTORS; i++) {
      putMemory((sectors + i) * SECTOR);
    }
  }

  /** What is to be written to {@code ldlinux.sys}. */
  byte[] file() {
    return file;
  }

  /** The code for the volume's first sector. */
  byte[] bootSector() {
    return bootCode;
  }

  private int u16(int offset) {
    return Short.toUnsignedInt(core.getShort(offset));
  }

  /** All sectors but the first, in pieces that the BIOS can read at once: within 64 KiB each. */
  private void putExtents(int at, int room, long firstSector) {
    int address = LOAD_ADDRESS;
    int left = sectors - 1;
    long sector = firstSector;
    for (int i = 0; left > 0; i++) {
      int fits = (SEGMENT - address % SEGMENT) / SECTOR;
      int count = Math.min(left, Math.min(fits, SEGMENT / SECTOR - 1));
      if (i == room) {
        throw new IndexOutOfBoundsException(i);
      }
      core.putLong(at + i * EXTENT, sector);
      core.putShort(at + i * EXTENT + 8, (short) count);
      sector += count;
      address += count * SECTOR;
      left -= count;
    }
  }

  /** An empty memory: two magic numbers, and a sum over what lies between. */
  private void putMemory(int at) {
    ByteBuffer whole = little(file);
    whole.putInt(at, 0x5a2d2fa5);
    whole.putInt(at + 4, 0xa3041767);
    whole.putInt(at + SECTOR - 4, 0xdd28bf64);
  }
}
