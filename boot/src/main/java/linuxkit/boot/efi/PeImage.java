package linuxkit.boot.efi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.boot.loader.LoaderFailure;

/**
 * The headers of a 64-bit EFI program (Microsoft's PE Format: "PE Signature", "COFF File Header",
 * "Optional Header", "Section Table"). All numbers are little-endian.
 */
final class PeImage {
  private static final int DOS_MAGIC = 0x5a4d; // MZ
  private static final int PE_OFFSET = 0x3c;
  private static final int PE_MAGIC = 0x4550; // PE\0\0
  private static final int PE32_PLUS = 0x20b;
  static final int SECTION_HEADER = 40;
  // Fields of the COFF header, from the PE signature.
  private static final int MACHINE = 4;
  private static final int SECTION_COUNT = 6;
  private static final int SYMBOL_TABLE = 12;
  private static final int SYMBOL_COUNT = 16;
  private static final int OPTIONAL_SIZE = 20;
  private static final int OPTIONAL = 24;
  // Fields of the optional header, from its beginning.
  private static final int SECTION_ALIGNMENT = 32;
  private static final int FILE_ALIGNMENT = 36;
  private static final int IMAGE_SIZE = 56;
  private static final int HEADERS_SIZE = 60;
  private static final int CHECKSUM = 64;
  private static final int CHARACTERISTICS = 70;
  private static final int NX_COMPATIBLE = 0x100;
  // The certificate table is the fifth data directory.
  private static final int CERTIFICATES = 112 + 4 * 8;

  /** An entry of the section table. */
  record Section(String name, long virtualSize, long address, long rawSize, long rawOffset) {}

  private final ByteBuffer bytes;
  private final String where;
  private final int pe;

  /**
   * Parses the headers.
   *
   * @param bytes the program, or at least all of its headers; not copied
   * @param where for messages
   * @throws LoaderFailure if it is not a 64-bit PE program
   */
  PeImage(byte[] bytes, String where) {
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.where = where;
    require(bytes.length >= 64 && u16(0) == DOS_MAGIC, "it is not an EFI program");
    long at = u32(PE_OFFSET);
    require(at <= bytes.length - 264L && at >= 64, "it is not an EFI program");
    this.pe = (int) at;
    require(
        u32(pe) == PE_MAGIC && u16(pe + OPTIONAL) == PE32_PLUS && optionalSize() >= 112,
        "it is not a 64-bit EFI program");
    require(
        headersSize() <= bytes.length && tableEnd() <= headersSize(), "its headers are damaged");
    require(isPower(fileAlignment()) && isPower(sectionAlignment()), "its alignment is invalid");
  }

  private static boolean isPower(long value) {
    return Long.bitCount(value) == 1 && value >= 16 && value <= 1 << 20;
  }

  private void require(boolean holds, String what) {
    if (!holds) {
      throw new LoaderFailure(what, where, "");
    }
  }

  private int u16(int offset) {
    return Short.toUnsignedInt(bytes.getShort(offset));
  }

  private long u32(int offset) {
    return Integer.toUnsignedLong(bytes.getInt(offset));
  }

  int machine() {
    return u16(pe + MACHINE);
  }

  /** Returns the size in memory, in bytes. */
  long imageSize() {
    return u32(pe + OPTIONAL + IMAGE_SIZE);
  }

  long fileAlignment() {
    return u32(pe + OPTIONAL + FILE_ALIGNMENT);
  }

  long sectionAlignment() {
    return u32(pe + OPTIONAL + SECTION_ALIGNMENT);
  }

  private long headersSize() {
    return u32(pe + OPTIONAL + HEADERS_SIZE);
  }

  private int optionalSize() {
    return u16(pe + OPTIONAL_SIZE);
  }

  /** Returns how many more section headers fit. */
  int freeHeaders() {
    return (int) ((headersSize() - tableEnd()) / SECTION_HEADER);
  }

  private int table() {
    return pe + OPTIONAL + optionalSize();
  }

  private int tableEnd() {
    return table() + u16(pe + SECTION_COUNT) * SECTION_HEADER;
  }

  List<Section> sections() {
    List<Section> sections = new ArrayList<>();
    for (int at = table(); at < tableEnd(); at += SECTION_HEADER) {
      sections.add(row(at));
    }
    return sections;
  }

  private Section row(int at) {
    String name = StandardCharsets.ISO_8859_1.decode(bytes.slice(at, 8)).toString();
    return new Section(
        name.replace("\0", ""), u32(at + 8), u32(at + 12), u32(at + 16), u32(at + 20));
  }

  Optional<Section> section(String name) {
    return sections().stream().filter(section -> section.name().equals(name)).findFirst();
  }

  /** Returns the end of the last section in memory. */
  long addressEnd() {
    return sections().stream().mapToLong(s -> s.address() + s.virtualSize()).max().orElse(0);
  }

  /** Returns whether the program carries a signature. Any change invalidates it. */
  boolean signed() {
    return optionalSize() >= CERTIFICATES + 8 && u32(pe + OPTIONAL + CERTIFICATES) != 0;
  }

  /** Adds an entry to the section table; {@link #freeHeaders} must not be 0. */
  void add(Section section, int characteristics) {
    int at = tableEnd();
    bytes.put(at, new byte[SECTION_HEADER]);
    bytes.put(at, section.name().getBytes(StandardCharsets.US_ASCII));
    bytes.putInt(at + 8, (int) section.virtualSize());
    bytes.putInt(at + 12, (int) section.address());
    bytes.putInt(at + 16, (int) section.rawSize());
    bytes.putInt(at + 20, (int) section.rawOffset());
    bytes.putInt(at + 36, characteristics);
    bytes.putShort(pe + SECTION_COUNT, (short) (u16(pe + SECTION_COUNT) + 1));
  }

  /**
   * Replaces the content of a section.
   *
   * @return whether it fits; it does not if the section lies in the headers
   */
  boolean replace(String name, byte[] content) {
    for (int at = table(); at < tableEnd(); at += SECTION_HEADER) {
      Section section = row(at);
      if (section.name().equals(name)) {
        long room = Math.min(section.rawSize(), roundUp(section.virtualSize(), sectionAlignment()));
        if (content.length > room
            || section.rawOffset() < headersSize()
            || section.rawOffset() + section.rawSize() > bytes.capacity()) {
          return false;
        }
        bytes.put((int) section.rawOffset(), new byte[(int) section.rawSize()]);
        bytes.put((int) section.rawOffset(), content);
        bytes.putInt(at + 8, content.length);
        return true;
      }
    }
    return false;
  }

  /** Returns whether the program declares that it needs no memory both writable and executable. */
  boolean nxCompatible() {
    return (u16(pe + OPTIONAL + CHARACTERISTICS) & NX_COMPATIBLE) != 0;
  }

  /** Withdraws that declaration. */
  void notNxCompatible() {
    int others = u16(pe + OPTIONAL + CHARACTERISTICS) & ~NX_COMPATIBLE;
    bytes.putShort(pe + OPTIONAL + CHARACTERISTICS, (short) others);
  }

  /**
   * Updates the headers for the added sections, and removes the symbols, which nothing needs.
   *
   * @param memory the least size of the program in memory, in bytes
   */
  void close(long memory) {
    long end = Math.max(addressEnd(), memory);
    bytes.putInt(pe + OPTIONAL + IMAGE_SIZE, (int) roundUp(end, sectionAlignment()));
    bytes.putInt(pe + SYMBOL_TABLE, 0);
    bytes.putInt(pe + SYMBOL_COUNT, 0);
    bytes.putInt(pe + OPTIONAL + CHECKSUM, 0);
  }

  void checksum(int checksum) {
    bytes.putInt(pe + OPTIONAL + CHECKSUM, checksum);
  }

  static long roundUp(long value, long alignment) {
    return (value + alignment - 1) / alignment * alignment;
  }
}
