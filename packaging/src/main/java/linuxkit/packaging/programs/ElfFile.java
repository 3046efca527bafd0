package linuxkit.packaging.programs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.filesystem.Content;

/**
 * The dependencies of an ELF file on other files (System V ABI: "ELF Header", "Program Header",
 * "Dynamic Section").
 *
 * @param machine the processor, as in the header
 * @param wide whether addresses have 64 bits
 * @param interpreter the path of the dynamic loader; empty unless it is a program that needs one
 * @param name the name that a library gives itself, or empty
 * @param needed the libraries, in order
 * @param rpath directories with libraries, also for libraries of the libraries
 * @param runpath directories with libraries; if there are any, {@code rpath} has no effect
 */
record ElfFile(
    int machine,
    boolean wide,
    String interpreter,
    String name,
    List<String> needed,
    List<String> rpath,
    List<String> runpath) {
  private static final int MAGIC = 0x7f454c46; // \x7fELF
  private static final int MAX_HEADERS = 512;
  private static final int MAX_DYNAMIC = 1 << 16;
  private static final int MAX_STRINGS = 64 << 20;
  private static final int MAX_TEXT = 4096;
  private static final int MAX_NEEDED = 1024;
  private static final int MAX_DIRECTORIES = 64;
  // Types of program headers.
  private static final int LOAD = 1;
  private static final int DYNAMIC = 2;
  private static final int INTERPRETER = 3;
  // Tags of the dynamic section.
  private static final int NEEDED = 1;
  private static final int STRINGS = 5;
  private static final int STRINGS_SIZE = 10;
  private static final int SONAME = 14;
  private static final int RPATH = 15;
  private static final int RUNPATH = 29;

  ElfFile {
    needed = List.copyOf(needed);
    rpath = List.copyOf(rpath);
    runpath = List.copyOf(runpath);
  }

  /**
   * Reads a file.
   *
   * @return empty if it is not an ELF file, or is damaged
   * @throws IOException if the content cannot be read
   */
  static Optional<ElfFile> read(Content content) throws IOException {
    Parser parser = new Parser(content);
    try {
      return parser.parse();
    } catch (Damaged _) {
      return Optional.empty();
    }
  }

  /** The file is not what its headers say. */
  private static final class Damaged extends Exception {
    private static final long serialVersionUID = 1;

    Damaged() {
      super("not a usable ELF file", null, false, false);
    }
  }

  private record Segment(int type, long offset, long address, long size) {}

  private record Tag(long type, long value) {}

  private static final class Parser {
    private final Content content;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private boolean wide;

    Parser(Content content) {
      this.content = content;
    }

    Optional<ElfFile> parse() throws IOException, Damaged {
      ByteBuffer header = bytes(0, 52);
      if (header.order(ByteOrder.BIG_ENDIAN).getInt(0) != MAGIC) {
        return Optional.empty();
      }
      wide = choice(header.get(4));
      order = choice(header.get(5)) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      List<Segment> segments = segments(wide ? bytes(0, 64) : header.order(order));
      String interpreter = "";
      ByteBuffer dynamic = ByteBuffer.allocate(0);
      for (Segment segment : segments) {
        if (segment.type() == INTERPRETER) {
          interpreter = text(bytes(segment.offset(), bounded(segment.size(), MAX_TEXT)), 0);
        } else if (segment.type() == DYNAMIC) {
          dynamic = bytes(segment.offset(), bounded(segment.size(), MAX_DYNAMIC));
        }
      }
      int machine = Short.toUnsignedInt(header.order(order).getShort(18));
      return Optional.of(linked(machine, interpreter, tags(dynamic), segments));
    }

    private static boolean choice(byte value) throws Damaged {
      if (value != 1 && value != 2) {
        throw new Damaged();
      }
      return value == 2;
    }

    private List<Segment> segments(ByteBuffer header) throws IOException, Damaged {
      long start = wide ? header.getLong(32) : Integer.toUnsignedLong(header.getInt(28));
      int size = Short.toUnsignedInt(header.getShort(wide ? 54 : 42));
      int count = Short.toUnsignedInt(header.getShort(wide ? 56 : 44));
      if (count > 0 && size != (wide ? 56 : 32)) {
        throw new Damaged();
      }
      ByteBuffer table = bytes(start, bounded(count, MAX_HEADERS) * size);
      List<Segment> segments = new ArrayList<>();
      for (int at = 0; at < count * size; at += size) {
        segments.add(
            wide
                ? new Segment(
                    table.getInt(at),
                    table.getLong(at + 8),
                    table.getLong(at + 16),
                    table.getLong(at + 32))
                : new Segment(
                    table.getInt(at),
                    Integer.toUnsignedLong(table.getInt(at + 4)),
                    Integer.toUnsignedLong(table.getInt(at + 8)),
                    Integer.toUnsignedLong(table.getInt(at + 16))));
      }
      return segments;
    }

    private List<Tag> tags(ByteBuffer dynamic) {
      List<Tag> tags = new ArrayList<>();
      int size = wide ? 8 : 4;
      for (int at = 0; at + 2 * size <= dynamic.limit(); at += 2 * size) {
        Tag tag = new Tag(word(dynamic, at), word(dynamic, at + size));
        if (tag.type() == 0) {
          break;
        }
        tags.add(tag);
      }
      return tags;
    }

    private long word(ByteBuffer bytes, int at) {
      return wide ? bytes.getLong(at) : Integer.toUnsignedLong(bytes.getInt(at));
    }

    private ElfFile linked(int machine, String interpreter, List<Tag> tags, List<Segment> segments)
        throws IOException, Damaged {
      ByteBuffer strings = strings(tags, segments);
      return new ElfFile(
          machine,
          wide,
          interpreter,
          last(texts(tags, SONAME, strings)),
          texts(tags, NEEDED, strings),
          directories(last(texts(tags, RPATH, strings))),
          directories(last(texts(tags, RUNPATH, strings))));
    }

    private ByteBuffer strings(List<Tag> tags, List<Segment> segments) throws IOException, Damaged {
      long address = 0;
      long size = 0;
      for (Tag tag : tags) {
        address = tag.type() == STRINGS ? tag.value() : address;
        size = tag.type() == STRINGS_SIZE ? tag.value() : size;
      }
      for (Segment segment : segments) {
        long into = address - segment.address();
        if (segment.type() == LOAD && into >= 0 && into < segment.size()) {
          return bytes(segment.offset() + into, bounded(size, MAX_STRINGS));
        }
      }
      return ByteBuffer.allocate(0);
    }

    private static List<String> texts(List<Tag> tags, int type, ByteBuffer strings) throws Damaged {
      List<String> texts = new ArrayList<>();
      for (Tag tag : tags) {
        if (tag.type() == type) {
          bounded(texts.size(), MAX_NEEDED);
          texts.add(text(strings, tag.value()));
        }
      }
      return texts;
    }

    private static String last(List<String> texts) {
      return texts.isEmpty() ? "" : texts.getLast();
    }

    private static List<String> directories(String path) throws Damaged {
      List<String> all = path.isEmpty() ? List.of() : List.of(path.split(":", -1));
      bounded(all.size(), MAX_DIRECTORIES);
      return all;
    }

    private static String text(ByteBuffer bytes, long offset) throws Damaged {
      if (offset < 0 || offset >= bytes.limit()) {
        throw new Damaged();
      }
      int start = (int) offset;
      int end = start;
      while (end < bytes.limit() && bytes.get(end) != 0) {
        end++;
        if (end - start > MAX_TEXT) {
          throw new Damaged();
        }
      }
      return StandardCharsets.UTF_8.decode(bytes.slice(start, end - start)).toString();
    }

    private static int bounded(long value, int most) throws Damaged {
      if (value < 0 || value > most) {
        throw new Damaged();
      }
      return (int) value;
    }

    private ByteBuffer bytes(long offset, int length) throws IOException, Damaged {
      if (offset < 0 || offset > content.size() - length) {
        throw new Damaged();
      }
      try (InputStream in = content.openAt(offset)) {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
          throw new Damaged();
        }
        return ByteBuffer.wrap(bytes).order(order);
      }
    }
  }
}
