package linuxkit.boot.initrd;

import linuxkit.base.Failure;

/** A system cannot be put into an initrd. */
public final class InitrdFailure extends Failure {
  private static final long serialVersionUID = 1;

  InitrdFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
