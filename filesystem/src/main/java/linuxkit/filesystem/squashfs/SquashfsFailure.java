package linuxkit.filesystem.squashfs;

import linuxkit.base.Failure;

/** Squashfs cannot hold a file. */
public final class SquashfsFailure extends Failure {
  private static final long serialVersionUID = 1;

  SquashfsFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
