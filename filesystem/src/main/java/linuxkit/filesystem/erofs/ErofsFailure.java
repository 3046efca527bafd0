package linuxkit.filesystem.erofs;

import linuxkit.base.Failure;

/** An EROFS image cannot hold a tree, or an option is invalid. */
public final class ErofsFailure extends Failure {
  private static final long serialVersionUID = 1;

  ErofsFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
