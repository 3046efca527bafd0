package linuxkit.boot.bios;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import linuxkit.boot.loader.LoaderFailure;

/**
 * Extracts the parts of Syslinux that distributions ship only inside its installer. Its data
 * section holds them one after another: a boot sector, {@code ldlinux.sys}, {@code ldlinux.c32}.
 */
final class SyslinuxProgram {
  private static final int SECTOR = 512;
  private static final byte[] BOOT_SECTOR = ascii("\u00ebX\u0090SYSLINUX");
  private static final byte[] CORE = ascii("\r\nSYSLINUX ");
  private static final byte[] ELF = ascii("\u007fELF");
  // The alignment that compilers give large arrays.
  private static final int ARRAY_ALIGNMENT = 32;
  private static final int SHARED_OBJECT = 3;
  private static final int I386 = 3;

  private final byte[] bootSector;
  private final byte[] core;
  private final byte[] library;

  private SyslinuxProgram(byte[] bootSector, byte[] core, byte[] library) {
    this.bootSector = bootSector;
    this.core = core;
    this.library = library;
  }

  /** Returns the boot sector; the caller must not change it. */
  byte[] bootSector() {
    return bootSector;
  }

  /** Returns {@code ldlinux.sys}, not installed yet; the caller must not change it. */
  byte[] core() {
    return core;
  }

  /** Returns {@code ldlinux.c32}. */
  byte[] library() {
    return library;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Extracts the parts.
   *
   * @param installer the program {@code syslinux} or {@code extlinux}
   * @throws LoaderFailure if a part is missing
   */
  static SyslinuxProgram of(byte[] installer, String where) {
    ByteBuffer bytes = ByteBuffer.wrap(installer).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; (at = find(installer, BOOT_SECTOR, at)) >= 0; at++) {
      int core = at + SECTOR;
      if (startsWith(installer, core, CORE) && bytes.getShort(core - 2) == (short) 0xaa55) {
        int library = library(installer, core, where);
        return new SyslinuxProgram(
            Arrays.copyOfRange(installer, at, core),
            Arrays.copyOfRange(installer, core, library),
            Arrays.copyOfRange(installer, library, library + elfSize(bytes, library, where)));
      }
    }
    throw new LoaderFailure("it does not contain a Syslinux boot sector", where, "");
  }

  private static int library(byte[] installer, int core, String where) {
    ByteBuffer bytes = ByteBuffer.wrap(installer).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = core; at + 52 <= bytes.limit(); at += ARRAY_ALIGNMENT) {
      if (startsWith(installer, at, ELF)
          && bytes.getShort(at + 16) == SHARED_OBJECT
          && bytes.getShort(at + 18) == I386) {
        return at;
      }
    }
    throw new LoaderFailure("it does not contain ldlinux.c32", where, "");
  }

  /** Returns the size of a 32-bit ELF file, which ends with its section table. */
  private static int elfSize(ByteBuffer bytes, int at, String where) {
    long size =
        Integer.toUnsignedLong(bytes.getInt(at + 32))
            + (long) bytes.getShort(at + 46) * bytes.getShort(at + 48);
    if (size < 52 || at + size > bytes.limit()) {
      throw new LoaderFailure("its ldlinux.c32 is damaged", where, "");
    }
    return (int) size;
  }

  private static int find(byte[] in, byte[] what, int from) {
    for (int at = from; at + 2 * SECTOR <= in.length; at++) {
      if (startsWith(in, at, what)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean startsWith(byte[] bytes, int at, byte[] what) {
    return at + what.length <= bytes.length
        && Arrays.equals(bytes, at, at + what.length, what, 0, what.length);
  }
}
