package linuxkit.boot.initrd;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import com.github.luben.zstd.util.ZstdVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Compressions of the archives of an initrd. The same input gives the same bytes on every machine.
 */
public enum InitrdCompression {
  /** For kernels with CONFIG_RD_ZSTD: all current ones. */
  ZSTD {
    @Override
    String settings() {
      return "zstd "
          + ZstdVersion.VERSION
          + " level "
          + LEVEL
          + " window "
          + WINDOW_LOG
          + " job "
          + JOB;
    }

    @Override
    OutputStream compress(OutputStream out, int workers) throws IOException {
      // The bytes depend on the job size and on whether there are workers, not on their number.
      return new ZstdOutputStreamNoFinalizer(out, LEVEL)
          .setWorkers(workers)
          .setJobSize(JOB)
          .setWindowLog(WINDOW_LOG)
          .setChecksum(true);
    }
  },
  /** For kernels before 5.9. */
  GZIP {
    @Override
    String settings() {
      return "gzip";
    }

    @Override
    OutputStream compress(OutputStream out, int workers) throws IOException {
      return new GZIPOutputStream(out, 1 << 16);
    }
  };

  // One below the default: 2 % larger, and made in two thirds of the time.
  private static final int LEVEL = 2;
  // 2 MiB. The kernel accepts up to 128 MiB, but needs that much memory to unpack.
  private static final int WINDOW_LOG = 21;
  // Twice as much makes an initrd 0.1 % smaller and takes 15 MiB more memory.
  private static final int JOB = 2 << 20;

  /** Returns the build option that a kernel needs to decompress the archives. */
  public String kernelOption() {
    return switch (this) {
      case ZSTD -> "RD_ZSTD";
      case GZIP -> "RD_GZIP";
    };
  }

  /** Returns everything that the compressed bytes depend on besides the input. */
  abstract String settings();

  /**
   * Returns a stream that, when closed, ends its frame and closes {@code out}.
   *
   * @param workers number of compressing threads, at least 1; does not affect the bytes
   */
  abstract OutputStream compress(OutputStream out, int workers) throws IOException;
}
