package linuxkit.filesystem.erofs;

import java.nio.charset.StandardCharsets;

/**
 * Options of an image.
 *
 * @param label the name of the volume, at most {@value #MAX_LABEL} bytes of UTF-8; empty for none
 * @param time when the image was made, in seconds since 1970, UTC. Files with this modification
 *     time take less space than others.
 */
public record ErofsOptions(ErofsCompression compression, String label, long time) {
  /** The field has sixteen bytes, and the kernel refuses to mount an image without a NUL in it. */
  static final int MAX_LABEL = 15;

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

  /** Returns options without compression and label. */
  public static ErofsOptions plain(long time) {
    return new ErofsOptions(ErofsCompression.NONE, "", time);
  }
}
