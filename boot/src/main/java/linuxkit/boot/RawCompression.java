package linuxkit.boot;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import linuxkit.base.SparseImage;
import linuxkit.boot.output.ArtefactContent;

/** Compressions of a raw disk. The same disk gives the same bytes on every machine. */
public enum RawCompression {
  NONE(""),
  ZSTD(".zst"),
  GZIP(".gz");

  // A low level, since most of a disk is an initrd, which is compressed already.
  private static final int ZSTD_LEVEL = 3;
  private static final int ZSTD_JOB = 4 << 20;
  private static final int ZSTD_WORKERS = 2;

  private final String suffix;

  RawCompression(String suffix) {
    this.suffix = suffix;
  }

  /** Returns the suffix after the disk's name. */
  String suffix() {
    return suffix;
  }

  ArtefactContent content(SparseImage disk) {
    return switch (this) {
      case NONE -> ArtefactContent.of(disk);
      case ZSTD ->
          (ArtefactContent.Stream)
              out -> {
                // The bytes depend on whether there are workers, but not on their number.
                OutputStream zstd =
                    new ZstdOutputStreamNoFinalizer(new KeptOpen(out), ZSTD_LEVEL)
                        .setWorkers(ZSTD_WORKERS)
                        .setJobSize(ZSTD_JOB)
                        .setChecksum(true);
                try (zstd) {
                  disk.writeTo(zstd);
                }
              };
      case GZIP -> (ArtefactContent.Stream) out -> gzip(disk, out);
    };
  }

  private static void gzip(SparseImage disk, OutputStream out) throws IOException {
    try (OutputStream gzip = gzip(out)) {
      disk.writeTo(gzip);
    }
  }

  /** Returns a gzip stream of the fastest level that leaves {@code out} open when closed. */
  static OutputStream gzip(OutputStream out) throws IOException {
    return new GZIPOutputStream(new KeptOpen(out), 1 << 16) {
      {
        def.setLevel(Deflater.BEST_SPEED);
      }
    };
  }

  /** Passes on everything except the end of the stream. */
  private static final class KeptOpen extends OutputStream {
    private final OutputStream out;

    KeptOpen(OutputStream out) {
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
