package linuxkit.run;

import linuxkit.base.Failure;

/** An option whose value has no meaning, or that contradicts another. */
public final class OptionFailure extends Failure {
  private static final long serialVersionUID = 1;

  OptionFailure(String what, String hint) {
    super(what, "", hint, null);
  }
}
