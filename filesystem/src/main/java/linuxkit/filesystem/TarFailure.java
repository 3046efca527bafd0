package linuxkit.filesystem;

import linuxkit.base.Failure;

/** A tar archive that is damaged, hostile, or holds what cannot be carried over. */
public final class TarFailure extends Failure {
  private static final long serialVersionUID = 1;

  TarFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
