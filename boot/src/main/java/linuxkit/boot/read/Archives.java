package linuxkit.boot.read;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.HexFormat;
import java.util.Optional;
import linuxkit.base.BlockInput;
import linuxkit.filesystem.CpioEntry;
import linuxkit.filesystem.CpioReader;

/**
 * The cpio archives of an initrd, one after another, each compressed or not, with zeros between
 * them (Linux, Documentation/driver-api/early-userspace/buffer-format.rst).
 */
final class Archives {
  private static final int PUSHBACK = 1 << 16;
  private static final int MAGIC = 6;
  // More than a machine unpacks into its memory; it ends what unpacks to nothing but more.
  private static final long LARGEST = 64L << 30;

  /** Called for the entries of all archives in order. */
  @FunctionalInterface
  interface Visitor {
    /**
     * @param archive how many archives came before
     */
    void visit(int archive, CpioEntry entry) throws IOException;
  }

  private final String where;
  private final Visitor visitor;
  private int count;
  private long bytes;

  private Archives(String where, Visitor visitor) {
    this.where = where;
    this.visitor = visitor;
  }

  /**
   * @param in should be buffered; stays open
   * @param where the initrd, for failures
   */
  static void read(InputStream in, String where, Visitor visitor) throws IOException {
    Archives archives = new Archives(where, visitor);
    archives.read(new PushbackInputStream(in, PUSHBACK), true);
    if (archives.count == 0) {
      throw new ReadFailure("there is no archive in it", where, "", null);
    }
  }

  private void read(PushbackInputStream in, boolean compressed) throws IOException {
    for (Optional<byte[]> magic = magic(in); magic.isPresent(); magic = magic(in)) {
      byte[] start = magic.get();
      in.unread(start);
      if (starts(start, "303730373031")) {
        cpio(in);
      } else if (compressed && starts(start, "1f8b")) {
        try (GzipMember member = new GzipMember(in, PUSHBACK)) {
          read(new PushbackInputStream(new Bounded(member), PUSHBACK), false);
        }
      } else if (compressed && starts(start, "28b52ffd")) {
        try (ZstdInputStreamNoFinalizer frame = new ZstdInputStreamNoFinalizer(new ZstdFrame(in))) {
          read(new PushbackInputStream(new Bounded(frame), PUSHBACK), false);
        }
      } else {
        throw new ReadFailure(
            "what follows archive "
                + count
                + " is no cpio archive, compressed by gzip or zstd or not",
            where,
            "build it with --initrd-compression zstd or gzip",
            null);
      }
    }
  }

  private void cpio(InputStream in) throws IOException {
    CpioReader reader = new CpioReader(in, where + ", archive " + count);
    for (var next = reader.next(); next.isPresent(); next = reader.next()) {
      visitor.visit(count, next.get());
    }
    count++;
  }

  /** The next bytes that are not zero; none at the end. */
  private static Optional<byte[]> magic(PushbackInputStream in) throws IOException {
    int first = in.read();
    while (first == 0) {
      first = in.read();
    }
    if (first < 0) {
      return Optional.empty();
    }
    in.unread(first);
    return Optional.of(in.readNBytes(MAGIC));
  }

  private static boolean starts(byte[] bytes, String hex) {
    return HexFormat.of().formatHex(bytes).startsWith(hex);
  }

  /** Counts what is unpacked, against archives that never end. */
  private final class Bounded extends BlockInput {
    private final InputStream in;

    Bounded(InputStream in) {
      this.in = in;
    }

    @Override
    protected int readBlock(byte[] target, int offset, int length) throws IOException {
      int n = in.read(target, offset, length);
      bytes += Math.max(0, n);
      if (bytes > LARGEST) {
        throw new ReadFailure("it unpacks to more than 64 GiB", where, "", null);
      }
      return n;
    }
  }
}
