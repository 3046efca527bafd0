package linuxkit.boot.loader;

import linuxkit.base.Failure;

/** A boot loader is missing or unusable, or cannot start a system. */
public final class LoaderFailure extends Failure {
  private static final long serialVersionUID = 1;

  public LoaderFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
