package linuxkit.filesystem.erofs;

import java.util.Optional;
import linuxkit.filesystem.erofs.codec.Algorithm;

/** Compression of file contents. Contents of more than 16 GiB are always stored uncompressed. */
public enum ErofsCompression {
  /** Uncompressed; Linux 5.4 and later. */
  NONE,
  /** LZ4; Linux 5.13 and later, or 6.1 and later if files with equal contents share blocks. */
  LZ4,
  /** Zstandard; Linux 6.10 and later. */
  ZSTD;

  Optional<Algorithm> algorithm() {
    return switch (this) {
      case NONE -> Optional.empty();
      case LZ4 -> Optional.of(Algorithm.LZ4);
      case ZSTD -> Optional.of(Algorithm.ZSTD);
    };
  }
}
