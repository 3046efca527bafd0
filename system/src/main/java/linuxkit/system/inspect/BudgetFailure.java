package linuxkit.system.inspect;

import linuxkit.base.Failure;

/** A system that exceeds its budget. */
public final class BudgetFailure extends Failure {
  private static final long serialVersionUID = 1;

  BudgetFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }
}
