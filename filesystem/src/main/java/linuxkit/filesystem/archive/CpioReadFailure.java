package linuxkit.filesystem.archive;

import linuxkit.base.Failure;

/** A cpio archive cannot be read or is ambiguous. */
public final class CpioReadFailure extends Failure {
  private static final long serialVersionUID = 1;

  CpioReadFailure(String what, String where) {
    super(what, where, "", null);
  }
}
