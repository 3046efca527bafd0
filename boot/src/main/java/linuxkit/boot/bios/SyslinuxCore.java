package linuxkit.boot.bios;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import linuxkit.boot.loader.LoaderFailure;

/**
 * Installs {@code ldlinux.sys} and the boot sector that starts it. The boot sector reads the first
 * sector of the file; that reads the others and verifies their checksum. The running loader keeps
 * its state in the last two sectors of the file.
 *
 * <p>Two tables in the file give the offsets of the fields to patch; the first follows a magic
 * number.
 */
final class SyslinuxCore {
  private static final int SECTOR = 512;
  private static final int MEMORY_SECTORS = 2;
  private static final int MAGIC = 0x3eb202fe;
  // The load address of the code after its first sector.
  private static final int LOAD_ADDRESS = 0x8000;
  private static final int SEGMENT = 0x10000;
  // Fields of the first table.
  private static final int DATA_SECTORS = 8;
  private static final int MEMORY_SECTOR_COUNT = 10;
  private static final int DWORDS = 12;
  private static final int CHECKSUM = 16;
  private static final int SECOND_TABLE = 22;
  // Fields of the second table: offsets in the file, counts, or offsets in the boot sector.
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

  /** Returns the size of the installed file in bytes. */
  static int size(SyslinuxProgram program) {
    return ((program.core().length + SECTOR - 1) / SECTOR + MEMORY_SECTORS) * SECTOR;
  }

  /**
   * Patches the file and the boot sector.
   *
   * @param firstSector of the file, which must be contiguous, counted from the start of the volume
   * @throws LoaderFailure if the file is not from version 5 or 6
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

  /** Returns the content of {@code ldlinux.sys}. */
  byte[] file() {
    return file;
  }

  /** Returns the code for the volume's first sector. */
  byte[] bootSector() {
    return bootCode;
  }

  private int u16(int offset) {
    return Short.toUnsignedInt(core.getShort(offset));
  }

  /**
   * Lists all sectors but the first, in extents that a BIOS can read in one call: each within 64
   * KiB of memory.
   */
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

  /** Writes an empty state: magic numbers, and a checksum of what is between them. */
  private void putMemory(int at) {
    ByteBuffer whole = little(file);
    whole.putInt(at, 0x5a2d2fa5);
    whole.putInt(at + 4, 0xa3041767);
    whole.putInt(at + SECTOR - 4, 0xdd28bf64);
  }
}
