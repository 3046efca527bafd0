package linuxkit.run;

import java.io.IOException;
import java.nio.file.Path;
import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A guest that cannot be started, that ended badly, or that cannot be reached. */
public final class GuestFailure extends Failure {
  private static final long serialVersionUID = 1;

  GuestFailure(String what, Path where, String hint) {
    this(what, where, hint, null);
  }

  GuestFailure(String what, Path where, String hint, @Nullable IOException cause) {
    super(what, where.toString(), hint, cause);
  }
}
