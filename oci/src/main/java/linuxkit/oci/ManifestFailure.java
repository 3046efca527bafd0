package linuxkit.oci;

import linuxkit.base.Failure;

/** An image index, manifest or configuration that is not what the OCI image specification asks. */
public final class ManifestFailure extends Failure {
  private static final long serialVersionUID = 1;

  /**
   * @param where the image and which of its documents
   */
  public ManifestFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
