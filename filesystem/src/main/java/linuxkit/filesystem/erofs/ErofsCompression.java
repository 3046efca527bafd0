package linuxkit.filesystem.erofs;

import java.util.Optional;

/** How the content of files is stored; what has more than 16 GiB is stored as it is. */
public enum ErofsCompression {
  /** As it is: any kernel since Linux 5.4 reads it. */
  NONE(Optional.empty()),
  /** LZ4: Linux 5.13 and later; 6.1 and later when files of the same content share their blocks. */
  LZ4(Optional.of(Algorithm.LZ4)),
  /** Zstandard: Linux 6.10 and later. */
  ZSTD(Optional.of(Algorithm.ZSTD));

  private final Optional<Algorithm> algorithm;

  ErofsCompression(Optional<Algorithm> algorithm) {
    this.algorithm = algorithm;
  }

  Optional<Algorithm> algorithm() {
    return algorithm;
  }
}
