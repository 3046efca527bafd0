package linuxkit.oci.layer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The start of an ELF file (System V ABI, "ELF Header"). */
final class ElfHeader {
  /** The number of bytes that {@link #machine} needs. */
  static final int LENGTH = 20;

  private static final int MAGIC = 0x7f454c46;
  private static final int DATA = 5;
  private static final int TYPE = 16;
  private static final int MACHINE = 18;
  private static final int EXECUTABLE = 2;
  private static final int SHARED = 3;

  private ElfHeader() {}

  /**
   * Returns {@code e_machine} of a program or shared library, from 1 to 65535; 0 for any other
   * file.
   *
   * @param start the first bytes of the file
   * @param length the number of valid bytes in {@code start}
   */
  static int machine(byte[] start, int length) {
    ByteBuffer header = ByteBuffer.wrap(start);
    if (length < LENGTH || header.getInt(0) != MAGIC) {
      return 0;
    }
    header.order(header.get(DATA) == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int type = header.getShort(TYPE);
    return type == EXECUTABLE || type == SHARED ? Short.toUnsignedInt(header.getShort(MACHINE)) : 0;
  }
}
