package linuxkit.disk;

import java.nio.file.Path;
import linuxkit.base.Failure;

/** A disk cannot be made as requested. */
public final class DiskFailure extends Failure {
  private static final long serialVersionUID = 1;

  public DiskFailure(String what, String hint) {
    super(what, "", hint, null);
  }

  private DiskFailure(DiskFailure cause, Path file) {
    super(cause.what(), file.toString(), cause.hint(), cause);
  }

  /** Returns this failure with the file of the disk, which only the caller knows. */
  public DiskFailure in(Path file) {
    return new DiskFailure(this, file);
  }
}
