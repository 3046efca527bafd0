package linuxkit.run;

import java.nio.file.Path;
import linuxkit.base.Failure;

/** A guest cannot be started, failed, or cannot be controlled. */
public final class GuestFailure extends Failure {
  private static final long serialVersionUID = 1;

  public GuestFailure(String what, Path where, String hint) {
    super(what, where.toString(), hint, null);
  }
}
