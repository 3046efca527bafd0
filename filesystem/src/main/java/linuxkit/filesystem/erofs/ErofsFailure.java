package linuxkit.filesystem.erofs;

import linuxkit.base.Failure;

/** A tree, or a wish, that an EROFS image cannot hold. */
public final class ErofsFailure extends Failure {
  private static final long serialVersionUID = 1;

  ErofsFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
