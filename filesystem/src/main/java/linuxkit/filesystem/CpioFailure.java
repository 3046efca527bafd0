package linuxkit.filesystem;

import linuxkit.base.Failure;

/** A file that a cpio archive, and so an initrd, cannot hold. */
public final class CpioFailure extends Failure {
  private static final long serialVersionUID = 1;

  CpioFailure(String what, String path) {
    super(
        what,
        path,
        "use a format with a root of its own, such as kernel+squashfs or iso, or take the file out",
        null);
  }
}
