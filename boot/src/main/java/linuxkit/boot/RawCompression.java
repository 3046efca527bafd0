package linuxkit.boot;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import linuxkit.base.SparseImage;

/** How a raw disk is compressed. The same disk gives the same bytes everywhere. */
public enum RawCompression {
  NONE(""),
  ZSTD(".zst"),
  GZIP(".gz");

  // Most of a disk is compressed already.
  private static final int ZSTD_LEVEL = 3;
  private static final int ZSTD_JOB = 4 << 20;
  private static final int ZSTD_WORKERS = 2;

  private final String suffix;

  RawCompression(String suffix) {
    this.suffix = suffix;
  }

  /** What is put after the disk's name. */
  String suffix() {
    return suffix;
  }

  Body body(SparseImage disk) {
    return switch (this) {
      case NONE -> (Body.File) disk::writeTo;
      case ZSTD ->
          (Body.Stream)
              out -> {
                // The bytes depend on there being workers, but not on how many.
                OutputStream zstd =
                    new ZstdOutputStreamNoFinalizer(new Unclosed(out), ZSTD_LEVEL)
                        .setWorkers(ZSTD_WORKERS)
                        .setJobSize(ZSTD_JOB)
                        .setChecksum(true);
                try (zstd) {
                  disk.writeTo(zstd);
                }
              };
      case GZIP -> (Body.Stream) out -> gzip(disk, out);
    };
  }

  private static void gzip(SparseImage disk, OutputStream out) throws IOException {
    try (OutputStream gzip = gzip(out)) {
      disk.writeTo(gzip);
    }
  }

  /** A gzip stream of the fastest level, whose end leaves {@code out} open. */
  static OutputStream gzip(OutputStream out) throws IOException {
    return new GZIPOutputStream(new Unclosed(out), 1 << 16) {
      {
        def.setLevel(Deflater.BEST_SPEED);
      }
    };
  }

  /** Passes on all but the end. */
  private static final class Unclosed extends OutputStream {
    private final OutputStream out;

    Unclosed(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      out.write(bytes, offset, count);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }
}
