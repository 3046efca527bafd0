package linuxkit.filesystem.archive;

import linuxkit.base.NameBytes;

/**
 * Reads a header block of 512 bytes strictly (POSIX.1-2017, pax, "ustar Interchange Format"):
 * refuses what two readers might understand differently.
 */
final class TarHeader {
  static final int SIZE = 512;
  private static final int CHECKSUM = 148;
  private static final int MAGIC = 257;
  private static final int PREFIX = 345;

  private final byte[] block;
  private final TarPlace place;

  /** Wraps a block, which is not copied, and verifies its checksum. */
  TarHeader(byte[] block, TarPlace place) {
    this.block = block;
    this.place = place;
    checkSum();
  }

  private void checkSum() {
    int sum = 0;
    for (int i = 0; i < SIZE; i++) {
      sum += i >= CHECKSUM && i < CHECKSUM + 8 ? ' ' : block[i] & 0xff;
    }
    if (sum != natural(CHECKSUM, 8, "checksum")) {
      throw place.failure("the header's checksum is wrong");
    }
  }

  char type() {
    return (char) (block[156] & 0xff);
  }

  /**
   * Returns the name with its prefix. Only POSIX headers have a prefix; GNU headers keep times
   * there.
   */
  String name() {
    String name = text(0, 100, "name");
    boolean posix = startsWith(MAGIC, "ustar\0");
    String prefix = posix ? text(PREFIX, 155, "name prefix") : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  String link() {
    return text(157, 100, "link name");
  }

  /** Returns the low twelve bits of the mode; some writers put the file type above them. */
  int permissions() {
    return (int) (natural(100, 8, "mode") & 07777);
  }

  long uid() {
    return natural(108, 8, "uid");
  }

  long gid() {
    return natural(116, 8, "gid");
  }

  long size() {
    return natural(124, 12, "size");
  }

  long modified() {
    return TarNumber.of(block, 136, 12, "mtime", place);
  }

  long major() {
    return natural(329, 8, "device major");
  }

  long minor() {
    return natural(337, 8, "device minor");
  }

  /** Returns whether the fields after the magic are those of GNU tar. */
  boolean isGnu() {
    return startsWith(MAGIC, "ustar  \0");
  }

  /** Returns the size of a sparse file in GNU's old form. */
  long realSize() {
    return natural(483, 12, "real size");
  }

  /** Adds the parts of a sparse file in GNU's old form; see {@link SparseForms#addParts}. */
  boolean addParts(SparseForms forms, int count) {
    return forms.addParts(block, 386, count);
  }

  private boolean startsWith(int offset, String magic) {
    for (int i = 0; i < magic.length(); i++) {
      if (block[offset + i] != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String text(int offset, int length, String field) {
    int end = offset;
    while (end < offset + length && block[end] != 0) {
      end++;
    }
    for (int i = end; i < offset + length; i++) {
      if (block[i] != 0) {
        throw place.failure("the " + field + " contains a NUL");
      }
    }
    return NameBytes.decode(block, offset, end - offset);
  }

  private long natural(int offset, int length, String field) {
    return TarNumber.natural(block, offset, length, field, place);
  }
}
