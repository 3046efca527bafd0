package linuxkit.engine;

import linuxkit.base.Failure;

/** A request or a setting that cannot be carried out as written. */
public final class RequestFailure extends Failure {
  private static final long serialVersionUID = 1;

  public RequestFailure(String what, String hint) {
    super(what, "", hint, null);
  }
}
