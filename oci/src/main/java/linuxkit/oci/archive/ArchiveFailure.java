package linuxkit.oci.archive;

import linuxkit.base.Failure;

/** An archive that holds no image, or not all of one. */
public final class ArchiveFailure extends Failure {
  private static final long serialVersionUID = 1;

  ArchiveFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
