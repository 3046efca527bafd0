package linuxkit.filesystem.archive;

import linuxkit.base.Failure;

/** A cpio archive, and therefore an initrd, cannot hold a file. */
public final class CpioFailure extends Failure {
  private static final long serialVersionUID = 1;

  CpioFailure(String what, String path) {
    super(
        what,
        path,
        "use a format with its own root file system, such as kernel+squashfs or iso, or remove the file",
        null);
  }
}
