package linuxkit.boot.initrd;

import linuxkit.base.Failure;

/** A system cannot be stored in an initrd. */
public final class InitrdFailure extends Failure {
  private static final long serialVersionUID = 1;

  InitrdFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
