package linuxkit.filesystem.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import linuxkit.filesystem.Trees;

/** Builds archives byte by byte, including invalid ones. */
final class TarBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Adds a header that {@code change} may modify before its checksum is computed. */
  TarBytes header(char type, String name, long size, Consumer<byte[]> change) {
    byte[] block = new byte[512];
    put(block, 0, name.getBytes(UTF_8));
    put(block, 100, "0000644\0");
    put(block, 108, "0000000\0");
    put(block, 116, "0000000\0");
    put(block, 124, "%011o\0".formatted(size));
    put(block, 136, "00000000000\0");
    block[156] = (byte) type;
    put(block, 257, "ustar\00000");
    change.accept(block);
    put(block, 148, "        ");
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    put(block, 148, "%06o\0 ".formatted(sum));
    out.writeBytes(block);
    return this;
  }

  TarBytes header(char type, String name, long size) {
    return header(type, name, size, _ -> {});
  }

  /** Adds bytes, padded to whole blocks. */
  TarBytes data(byte[] bytes) {
    out.writeBytes(bytes);
    out.writeBytes(new byte[-bytes.length & 511]);
    return this;
  }

  TarBytes data(String text) {
    return data(text.getBytes(ISO_8859_1));
  }

  TarBytes file(String name, String content) {
    return header('0', name, content.length()).data(content);
  }

  /** Adds an extended header with the given records. */
  TarBytes extended(char type, String records) {
    return header(type, "PaxHeader", records.length()).data(records);
  }

  /** Returns a valid record. */
  static String record(String key, String value) {
    int rest = key.length() + value.length() + 3;
    int length = rest + Integer.toString(rest).length();
    length = rest + Integer.toString(length).length();
    return length + " " + key + "=" + value + "\n";
  }

  TarBytes end() {
    out.writeBytes(new byte[1024]);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  static void put(byte[] block, int offset, String text) {
    put(block, offset, text.getBytes(ISO_8859_1));
  }

  private static void put(byte[] block, int offset, byte[] bytes) {
    System.arraycopy(bytes, 0, block, offset, bytes.length);
  }

  static TarReader reader(byte[] bytes) {
    return new TarReader(new ByteArrayInputStream(bytes), "test.tar");
  }

  /** Reads all entries and contents; see {@link Trees#lines}. */
  static SortedMap<String, String> lines(byte[] bytes) throws IOException {
    SortedMap<String, String> lines = new TreeMap<>();
    TarReader reader = reader(bytes);
    for (var next = reader.next(); next.isPresent(); next = reader.next()) {
      TarEntry entry = next.get();
      String what =
          switch (entry.type()) {
            case DIRECTORY -> "directory";
            case FIFO -> "fifo";
            case SYMLINK -> "symlink " + entry.link();
            case HARD_LINK -> "link " + entry.link();
            case BLOCK_DEVICE -> "block " + entry.device().major() + ":" + entry.device().minor();
            case CHARACTER_DEVICE ->
                "character " + entry.device().major() + ":" + entry.device().minor();
            case FILE -> Trees.file(entry.content().readAllBytes());
          };
      lines.put(entry.path(), Trees.line(what, entry.metadata()));
    }
    return lines;
  }
}
