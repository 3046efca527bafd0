package linuxkit.boot.read;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.HexFormat;
import java.util.Optional;
import linuxkit.base.io.BlockInput;
import linuxkit.filesystem.archive.CpioEntry;
import linuxkit.filesystem.archive.CpioReader;

/**
 * Reads the cpio archives of an initrd: one after another, compressed or not, separated by zeros
 * (Linux, Documentation/driver-api/early-userspace/buffer-format.rst).
 */
public final class InitrdArchives {
  private static final int PUSHBACK = 1 << 16;
  private static final int MAGIC = 6;
  // More than fits into any machine's memory; stops decompression bombs.
  private static final long LARGEST = 64L << 30;

  /** Called for the entries of all archives in order. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * @param archive its number, from 0
     * @return whether to read on
     */
    boolean visit(int archive, CpioEntry entry) throws IOException;
  }

  private final String where;
  private final int most;
  private final Visitor visitor;
  private int count;
  private boolean stopped;
  private long bytes;

  private InitrdArchives(String where, int most, Visitor visitor) {
    this.where = where;
    this.most = most;
    this.visitor = visitor;
  }

  /**
   * Reads all archives.
   *
   * @param in should be buffered; stays open
   * @param where the initrd, for failures
   */
  public static void read(InputStream in, String where, Visitor visitor) throws IOException {
    read(in, where, Integer.MAX_VALUE, visitor);
  }

  /**
   * Reads the first archives.
   *
   * @param most number of them
   */
  static void read(InputStream in, String where, int most, Visitor visitor) throws IOException {
    InitrdArchives archives = new InitrdArchives(where, most, visitor);
    archives.read(new PushbackInputStream(in, PUSHBACK), true);
    if (archives.count == 0) {
      throw new ReadFailure("it contains no archive", where, "", null);
    }
  }

  private void read(PushbackInputStream in, boolean compressed) throws IOException {
    for (Optional<byte[]> magic = magic(in); magic.isPresent() && wantsMore(); magic = magic(in)) {
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
            "there is no cpio archive after archive "
                + count
                + ", neither plain nor compressed with gzip or zstd",
            where,
            "build it with --initrd-compression zstd or gzip",
            null);
      }
    }
  }

  private void cpio(InputStream in) throws IOException {
    CpioReader reader = new CpioReader(in, where + ", archive " + count);
    for (var next = reader.next(); next.isPresent() && !stopped; next = reader.next()) {
      stopped = !visitor.visit(count, next.get());
    }
    count++;
  }

  private boolean wantsMore() {
    return count < most && !stopped;
  }

  /** Returns the next bytes that are not zero; empty at the end. */
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

  /** Limits what archives may unpack to. */
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
