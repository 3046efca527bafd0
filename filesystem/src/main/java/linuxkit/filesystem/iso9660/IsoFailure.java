package linuxkit.filesystem.iso9660;

import linuxkit.base.Failure;

/** A tree that an ISO 9660 volume cannot hold as Linux reads it. Nothing is written then. */
public final class IsoFailure extends Failure {
  private static final long serialVersionUID = 1;

  IsoFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
