package linuxkit.boot.initrd;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import com.github.luben.zstd.util.ZstdVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The compression of an initrd. The same input gives the same bytes on every machine.
 *
 * @param level of Zstandard; 0 for others
 */
public record InitrdCompression(Kind kind, int level) {
  // One below the default: 2 % larger, and made in two thirds of the time.
  private static final int USUAL_LEVEL = 2;
  private static final int USUAL_IMAGE_LEVEL = 6;

  /** For kernels with CONFIG_RD_ZSTD: all current ones. */
  public static final InitrdCompression ZSTD = new InitrdCompression(Kind.ZSTD, USUAL_LEVEL);

  /** For kernels before 5.9, and for programs that read a single archive. */
  public static final InitrdCompression GZIP = new InitrdCompression(Kind.GZIP, 0);

  /** For whoever compresses or measures the initrd as a whole. */
  public static final InitrdCompression NONE = new InitrdCompression(Kind.NONE, 0);

  /** The root stays compressed in memory, for kernels from 6.10. */
  public static final InitrdCompression EROFS =
      new InitrdCompression(Kind.EROFS, USUAL_IMAGE_LEVEL);

  /** Names that {@link #parse} reads, for people. */
  public static final String NAMES =
      "use zstd, gzip, none or erofs; zstd:19 or erofs:19 for the level 19";

  /** The levels of Zstandard. */
  public static final int LOWEST_LEVEL = 1;

  public static final int HIGHEST_LEVEL = 22;

  // From this level on, a larger window and whole archives as jobs: the time matters less.
  private static final int THOROUGH_LEVEL = 10;
  // 2 MiB. The kernel accepts up to 128 MiB, but needs that much memory to unpack.
  private static final int WINDOW_LOG = 21;
  private static final int THOROUGH_WINDOW_LOG = 23;
  // Twice as much makes an initrd 0.1 % smaller and takes 15 MiB more memory.
  private static final int JOB = 2 << 20;
  private static final int THOROUGH_JOB = 64 << 20;

  /** Ways to compress a system. */
  public enum Kind {
    /** Archives with Zstandard; the kernel unpacks them into memory. */
    ZSTD,
    /** One archive as one gzip member; the kernel unpacks it into memory. */
    GZIP,
    /** One archive, not compressed; the kernel unpacks it into memory. */
    NONE,
    /** An EROFS image with Zstandard, which the first stage mounts. */
    EROFS
  }

  /**
   * @throws IllegalArgumentException if there is no such level
   */
  public InitrdCompression {
    if (kind != Kind.GZIP && kind != Kind.NONE && (level < LOWEST_LEVEL || level > HIGHEST_LEVEL)) {
      throw new IllegalArgumentException("not a level of zstd: " + level);
    }
  }

  /** Parses a name and, after a colon, a level; empty if there is no such compression. */
  public static Optional<InitrdCompression> parse(String text) {
    String name = text.replaceFirst(":.*", "");
    Optional<InitrdCompression> usual =
        List.of(ZSTD, GZIP, NONE, EROFS).stream().filter(c -> c.name().equals(name)).findFirst();
    if (name.equals(text) || usual.isEmpty()) {
      return usual;
    }
    String level = text.substring(name.length() + 1);
    return usual
        .filter(c -> c.level > 0 && level.matches("[1-9]|1[0-9]|2[0-2]"))
        .map(c -> new InitrdCompression(c.kind, Integer.parseInt(level)));
  }

  private String name() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether the root stays an image, instead of being unpacked into memory. */
  boolean keepsImage() {
    return kind == Kind.EROFS;
  }

  /** Returns the compression of the archives: of everything, or of what surrounds the image. */
  InitrdCompression ofArchives() {
    return keepsImage() ? ZSTD : this;
  }

  /** Returns whether the initrd is a single archive, rather than one archive after another. */
  boolean isOneArchive() {
    return kind == Kind.GZIP || kind == Kind.NONE;
  }

  /** Returns the build option that a kernel needs to decompress the archives; empty if none. */
  Optional<String> kernelOption() {
    return switch (kind) {
      case ZSTD, EROFS -> Optional.of("RD_ZSTD");
      case GZIP -> Optional.of("RD_GZIP");
      case NONE -> Optional.empty();
    };
  }

  /** Returns everything that the compressed bytes depend on besides the input. */
  public String settings() {
    return switch (kind) {
      case GZIP -> DeflatePieces.SETTINGS;
      case NONE -> "none";
      case ZSTD, EROFS ->
          "zstd "
              + ZstdVersion.VERSION
              + " level "
              + level
              + " window "
              + windowLog()
              + " job "
              + job();
    };
  }

  private boolean isThorough() {
    return level >= THOROUGH_LEVEL;
  }

  private int windowLog() {
    return isThorough() ? THOROUGH_WINDOW_LOG : WINDOW_LOG;
  }

  private int job() {
    return isThorough() ? THOROUGH_JOB : JOB;
  }

  /**
   * Returns a stream that, when closed, ends its frame, if the compression has frames, and closes
   * {@code out}.
   *
   * @param workers number of compressing threads, at least 1; does not affect the bytes
   */
  OutputStream compress(OutputStream out, int workers) throws IOException {
    return switch (kind) {
      case GZIP -> new DeflatePieces(out, workers);
      case NONE -> out;
      case ZSTD, EROFS ->
          // The bytes depend on the job size and on whether there are workers, not on their number.
          new ZstdOutputStreamNoFinalizer(out, level)
              .setWorkers(workers)
              .setJobSize(job())
              .setWindowLog(windowLog())
              .setChecksum(true);
    };
  }

  /** Returns the name that the command line uses, such as {@code zstd:19}. */
  @Override
  public String toString() {
    return name() + (level == 0 ? "" : ":" + level);
  }
}
