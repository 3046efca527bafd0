package linuxkit.disk;

import linuxkit.base.Failure;

/** A disk that cannot be made as asked for. */
public final class DiskFailure extends Failure {
  private static final long serialVersionUID = 1;

  public DiskFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
