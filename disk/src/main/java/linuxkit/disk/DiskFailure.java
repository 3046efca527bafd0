package linuxkit.disk;

import java.nio.file.Path;
import linuxkit.base.Failure;

/** A disk that cannot be made as asked for. */
public final class DiskFailure extends Failure {
  private static final long serialVersionUID = 1;

  public DiskFailure(String what, String hint) {
    super(what, "", hint, null);
  }

  private DiskFailure(DiskFailure cause, Path file) {
    super(cause.what(), file.toString(), cause.hint(), cause);
  }

  /** The same with the file that was to hold the disk, which only the caller knows. */
  public DiskFailure in(Path file) {
    return new DiskFailure(this, file);
  }
}
