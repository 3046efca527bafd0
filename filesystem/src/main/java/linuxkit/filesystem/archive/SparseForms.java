package linuxkit.filesystem.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import linuxkit.filesystem.Extent;

/**
 * Reads the map of a sparse file in the four forms that GNU tar writes (GNU tar manual, "Storing
 * Sparse Files"): in headers, in records of two kinds, and before the data.
 */
final class SparseForms {
  /** Limits memory: an archive of a few MiB can hold a million parts. */
  private static final int MAX_PARTS = 100_000;

  private static final int FIELD = 12;
  private static final int IN_HEADER = 4;
  private static final int IN_EXTENSION = 21;
  private static final int MAX_DIGITS = 19;

  private final TarPlace place;
  private final List<Extent> parts = new ArrayList<>();
  private long end;

  private SparseForms(TarPlace place) {
    this.place = place;
  }

  /**
   * Reads the map in a header of GNU tar and the blocks that extend it, which follow in {@code in}.
   */
  static SparseMap old(TarHeader header, ArchiveInput in, TarPlace place) throws IOException {
    return new SparseForms(place).old(header, in);
  }

  /**
   * Reads the map in records, or at the beginning of the content.
   *
   * @param content of the entry; its data follows afterwards
   */
  static SparseMap pax(PaxRecords records, InputStream content, TarPlace place) throws IOException {
    return new SparseForms(place).pax(records, content);
  }

  private SparseMap old(TarHeader header, ArchiveInput in) throws IOException {
    boolean more = header.addParts(this, IN_HEADER);
    byte[] extension = new byte[TarHeader.SIZE];
    while (more) {
      in.readFully(extension, extension.length);
      more = addParts(extension, 0, IN_EXTENSION);
    }
    return map(header.realSize());
  }

  /**
   * Adds the parts in a block.
   *
   * @param at the offset of their fields in the block; after them, a byte says whether more follow
   * @return whether another block follows
   */
  boolean addParts(byte[] block, int at, int count) {
    boolean more = block[at + 2 * FIELD * count] != 0;
    int field = at;
    for (int i = 0; i < count; i++, field += 2 * FIELD) {
      boolean ends = block[field] == 0;
      if (ends != (block[field + FIELD] == 0) || (ends && more)) {
        throw malformed();
      }
      if (ends) {
        break;
      }
      add(
          TarNumber.natural(block, field, FIELD, "offset in the sparse file", place),
          TarNumber.natural(block, field + FIELD, FIELD, "length in the sparse file", place));
    }
    return more;
  }

  private SparseMap pax(PaxRecords records, InputStream content) throws IOException {
    String version =
        records.text(PaxRecords.SPARSE + "major", place).orElse("0")
            + "."
            + records.text(PaxRecords.SPARSE + "minor", place).orElse("0");
    String map = records.text(PaxRecords.SPARSE_MAP, place).orElse("");
    switch (version) {
      case "0.0", "0.1" -> addAll(map, records.natural(PaxRecords.SPARSE + "numblocks", place));
      case "1.0" -> {
        if (!map.isEmpty()) {
          throw malformed();
        }
        addAll(content);
      }
      default -> throw place.failure("the version of the sparse file is not supported");
    }
    OptionalLong size = records.natural(PaxRecords.SPARSE + "size", place);
    OptionalLong real = records.natural(PaxRecords.SPARSE + "realsize", place);
    if (size.isPresent() && real.isPresent() && size.getAsLong() != real.getAsLong()) {
      throw place.failure("the sparse file has two sizes");
    }
    if (size.isEmpty() && real.isEmpty()) {
      throw place.failure("the size of the sparse file is missing");
    }
    return map(size.orElseGet(real::getAsLong));
  }

  private void addAll(String map, OptionalLong count) {
    String[] numbers = map.isEmpty() ? new String[0] : map.split(",", 2 * MAX_PARTS + 2);
    // Without a map, readers disagree whether the file is sparse.
    long expected = count.orElse(map.isEmpty() ? -1 : numbers.length / 2);
    if (numbers.length % 2 != 0 || expected != numbers.length / 2) {
      throw malformed();
    }
    for (int i = 0; i < numbers.length; i += 2) {
      add(number(numbers[i]), number(numbers[i + 1]));
    }
  }

  /** Reads lines of decimal numbers: how many parts there are, then offset and length of each. */
  private void addAll(InputStream content) throws IOException {
    Lines lines = new Lines(content);
    long count = number(lines.next());
    if (count > MAX_PARTS) {
      throw tooMany();
    }
    for (long i = 0; i < count; i++) {
      long offset = number(lines.next());
      add(offset, number(lines.next()));
    }
  }

  private void add(long offset, long length) {
    if (offset < end || length > Long.MAX_VALUE - offset) {
      throw place.failure("the parts of the sparse file overlap or are out of order");
    }
    end = offset + length;
    if (length > 0) {
      parts.add(new Extent(offset, length));
    }
    if (parts.size() > MAX_PARTS) {
      throw tooMany();
    }
  }

  private SparseMap map(long size) {
    if (end > size) {
      throw place.failure("the parts of the sparse file reach beyond its end");
    }
    return new SparseMap(size, parts);
  }

  private long number(String digits) {
    boolean valid = !digits.isEmpty() && digits.length() <= MAX_DIGITS;
    for (int i = 0; valid && i < digits.length(); i++) {
      valid = digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
    }
    // The number of 19 digits may exceed the range.
    long value = valid ? Long.parseUnsignedLong(digits) : -1;
    if (value < 0) {
      throw malformed();
    }
    return value;
  }

  private TarFailure malformed() {
    return place.failure("the map of the sparse file is malformed");
  }

  private TarFailure tooMany() {
    return place.failure("the sparse file has more than " + MAX_PARTS + " parts");
  }

  /** Lines within whole blocks, since the data begins at the next block. */
  private final class Lines {
    private final InputStream in;
    private final byte[] block = new byte[TarHeader.SIZE];
    private int at = block.length;

    Lines(InputStream in) {
      this.in = in;
    }

    String next() throws IOException {
      StringBuilder line = new StringBuilder();
      for (char c = character(); c != '\n'; c = character()) {
        line.append(c);
        if (line.length() > MAX_DIGITS) {
          throw malformed();
        }
      }
      return line.toString();
    }

    private char character() throws IOException {
      if (at == block.length) {
        if (in.readNBytes(block, 0, block.length) < block.length) {
          throw malformed();
        }
        at = 0;
      }
      return (char) (block[at++] & 0xff);
    }
  }
}
