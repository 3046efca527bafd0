package linuxkit.engine.signing;

import linuxkit.base.Failure;

/** An image cannot be signed, or nothing can be attached to it. */
public final class SigningFailure extends Failure {
  private static final long serialVersionUID = 1;

  SigningFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
