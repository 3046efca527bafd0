package linuxkit.filesystem.fat;

import linuxkit.base.Failure;

/** A tree that a FAT volume cannot hold, or a volume that cannot be. Nothing is written then. */
public final class FatFailure extends Failure {
  private static final long serialVersionUID = 1;

  FatFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
