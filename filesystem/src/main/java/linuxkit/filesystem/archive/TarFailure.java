package linuxkit.filesystem.archive;

import linuxkit.base.Failure;

/** A tar archive is damaged, ambiguous, or contains something that a file tree cannot hold. */
public final class TarFailure extends Failure {
  private static final long serialVersionUID = 1;

  TarFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
