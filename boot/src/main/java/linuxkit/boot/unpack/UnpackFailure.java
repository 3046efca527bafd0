package linuxkit.boot.unpack;

import linuxkit.base.Failure;

/** An artefact cannot be read or unpacked. */
public final class UnpackFailure extends Failure {
  private static final long serialVersionUID = 1;

  UnpackFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
