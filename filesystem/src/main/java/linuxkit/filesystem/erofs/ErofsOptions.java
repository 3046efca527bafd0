package linuxkit.filesystem.erofs;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import linuxkit.filesystem.erofs.codec.Algorithm;

/**
 * Options of an image.
 *
 * @param label the name of the volume, at most {@value #MAX_LABEL} bytes of UTF-8; empty for none
 * @param time when the image was made, in seconds since 1970, UTC. Files with this modification
 *     time take less space than others.
 * @param level of Zstandard for an image that is to be small, with large clusters; 0 for the usual
 *     level and clusters, which are read faster
 */
public record ErofsOptions(ErofsCompression compression, String label, long time, int level) {
  /** The field has sixteen bytes, and the kernel refuses to mount an image without a NUL in it. */
  static final int MAX_LABEL = 15;

  // In blocks.
  private static final int DENSE_CLUSTER = 64;

  /**
   * @throws ErofsFailure if the label is too long or contains a NUL
   */
  public ErofsOptions {
    if (label.getBytes(StandardCharsets.UTF_8).length > MAX_LABEL || label.indexOf('\0') >= 0) {
      throw new ErofsFailure(
          "the volume label \"" + label.replace('\0', '?') + "\" does not fit an EROFS image",
          "",
          "use at most " + MAX_LABEL + " bytes");
    }
  }

  /** Creates options with the usual level. */
  public ErofsOptions(ErofsCompression compression, String label, long time) {
    this(compression, label, time, 0);
  }

  /** Returns options for a small image without a label. */
  public static ErofsOptions dense(int level, long time) {
    return new ErofsOptions(ErofsCompression.ZSTD, "", time, level);
  }

  Optional<Algorithm> algorithm() {
    return level == 0
        ? compression.algorithm()
        : Optional.of(new Algorithm(Algorithm.Kind.ZSTD, level, DENSE_CLUSTER));
  }

  /** Returns text that differs if other options or another version would give other bytes. */
  public String settings() {
    return "EROFS 1, "
        + algorithm().map(Algorithm::settings).orElse("none")
        + ", "
        + label
        + ", "
        + time;
  }

  /** Returns options without compression and label. */
  public static ErofsOptions plain(long time) {
    return new ErofsOptions(ErofsCompression.NONE, "", time);
  }
}
