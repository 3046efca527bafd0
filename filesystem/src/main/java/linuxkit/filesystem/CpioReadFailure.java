package linuxkit.filesystem;

import linuxkit.base.Failure;

/** A cpio archive that cannot be read, or could be read in two ways. */
public final class CpioReadFailure extends Failure {
  private static final long serialVersionUID = 1;

  CpioReadFailure(String what, String where) {
    super(what, where, "", null);
  }
}
