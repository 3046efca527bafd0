package linuxkit.filesystem.iso9660;

import linuxkit.base.Failure;

/** An ISO 9660 volume cannot hold a tree so that Linux reads it back. Nothing is written. */
public final class IsoFailure extends Failure {
  private static final long serialVersionUID = 1;

  IsoFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
