package linuxkit.boot.initrd;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import com.github.luben.zstd.util.ZstdVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** How the archives of an initrd are compressed. The same input gives the same bytes everywhere. */
public enum Compression {
  /** For kernels with CONFIG_RD_ZSTD, which is all of today. */
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
      // The bytes depend on the size of a job, and on there being workers, but not on how many.
      return new ZstdOutputStreamNoFinalizer(out, LEVEL)
          .setWorkers(workers)
          .setJobSize(JOB)
          .setWindowLog(WINDOW_LOG)
          .setChecksum(true);
    }
  },
  /** For kernels of before 5.9. */
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

  // One below the usual: two parts in a hundred larger, and made in two thirds of the time.
  private static final int LEVEL = 2;
  // 2 MiB; the kernel takes 128 MiB, but needs that much memory while it unpacks.
  private static final int WINDOW_LOG = 21;
  // Twice that makes an initrd a thousandth smaller, and takes 15 MiB more memory.
  private static final int JOB = 2 << 20;

  /** The option of a kernel's configuration without which it cannot unpack them. */
  public String kernelOption() {
    return switch (this) {
      case ZSTD -> "RD_ZSTD";
      case GZIP -> "RD_GZIP";
    };
  }

  /** All that the compressed bytes depend on beside the input. */
  abstract String settings();

  /**
   * A stream that ends its frame, and closes {@code out}, when it is closed.
   *
   * @param workers how many threads may compress, at least 1; the bytes do not depend on it
   */
  abstract OutputStream compress(OutputStream out, int workers) throws IOException;
}
