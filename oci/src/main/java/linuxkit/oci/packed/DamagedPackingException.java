package linuxkit.oci.packed;

import java.io.IOException;

/** Compressed data is not what it was when its map was made. */
public final class DamagedPackingException extends IOException {
  private static final long serialVersionUID = 1;

  private final String how;

  /**
   * @param how the damage, as in {@code "it is truncated"}
   */
  DamagedPackingException(String how) {
    super(how);
    this.how = how;
  }

  /** Returns the damage, as in {@code "it is truncated"}. */
  public String how() {
    return how;
  }
}
