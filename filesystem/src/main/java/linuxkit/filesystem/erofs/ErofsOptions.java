package linuxkit.filesystem.erofs;

import java.nio.charset.StandardCharsets;

/**
 * What can be chosen of an image.
 *
 * @param label the volume's name, at most {@value #MAX_LABEL} bytes of UTF-8; empty for none
 * @param time seconds since 1970, UTC: when the image was made. A file that was modified then takes
 *     up less room than one that was not.
 */
public record ErofsOptions(ErofsCompression compression, String label, long time) {
  /** The superblock has sixteen bytes, and the kernel refuses to mount without a NUL among them. */
  static final int MAX_LABEL = 15;

  /**
   * @throws ErofsFailure when the label is too long or holds a NUL
   */
  public ErofsOptions {
    if (label.getBytes(StandardCharsets.UTF_8).length > MAX_LABEL || label.indexOf('\0') >= 0) {
      throw new ErofsFailure(
          "the volume label \"" + label.replace('\0', '?') + "\" does not fit an EROFS image",
          "",
          "use at most " + MAX_LABEL + " bytes");
    }
  }

  /** Uncompressed and without a label. */
  public static ErofsOptions plain(long time) {
    return new ErofsOptions(ErofsCompression.NONE, "", time);
  }
}
