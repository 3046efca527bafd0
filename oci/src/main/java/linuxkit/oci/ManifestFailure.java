package linuxkit.oci;

import linuxkit.base.Failure;

/** An image index, manifest or configuration violates the OCI image specification. */
public final class ManifestFailure extends Failure {
  private static final long serialVersionUID = 1;

  /**
   * Creates a failure.
   *
   * @param where the image and which of its documents
   */
  public ManifestFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
