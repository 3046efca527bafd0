package linuxkit.run;

import linuxkit.base.Failure;

/** A program or a firmware image that a guest needs is missing from this machine. */
public final class MissingProgramFailure extends Failure {
  private static final long serialVersionUID = 1;

  public MissingProgramFailure(String what, String hint) {
    super(what, "", hint, null);
  }
}
