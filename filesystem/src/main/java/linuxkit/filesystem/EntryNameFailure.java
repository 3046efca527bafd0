package linuxkit.filesystem;

import linuxkit.base.Failure;

/** A name in an archive cannot be a path of a file tree. */
public final class EntryNameFailure extends Failure {
  private static final long serialVersionUID = 1;

  EntryNameFailure(String what) {
    super(what, "", "", null);
  }
}
