package linuxkit.filesystem.read;

import linuxkit.base.Failure;

/** A file system cannot be read. */
public final class FileSystemReadFailure extends Failure {
  private static final long serialVersionUID = 1;

  FileSystemReadFailure(String what, String where) {
    super(what, where, "", null);
  }
}
