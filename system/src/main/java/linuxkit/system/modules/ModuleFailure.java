package linuxkit.system.modules;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A kernel module that is unknown, incomplete, or cannot be read. */
public final class ModuleFailure extends Failure {
  private static final long serialVersionUID = 1;

  ModuleFailure(String what, String where, String hint) {
    this(what, where, hint, null);
  }

  ModuleFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }
}
