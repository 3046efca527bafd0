package linuxkit.run;

import linuxkit.base.Failure;

/** An option has an invalid value or contradicts another option. */
public final class OptionFailure extends Failure {
  private static final long serialVersionUID = 1;

  public OptionFailure(String what, String hint) {
    super(what, "", hint, null);
  }
}
