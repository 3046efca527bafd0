package linuxkit.filesystem.fat;

import linuxkit.base.Failure;

/** A FAT volume cannot hold a tree, or no volume satisfies the options. Nothing is written. */
public final class FatFailure extends Failure {
  private static final long serialVersionUID = 1;

  FatFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
