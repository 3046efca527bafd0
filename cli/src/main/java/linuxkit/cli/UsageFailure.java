package linuxkit.cli;

import linuxkit.base.Failure;

/** A command line that cannot be carried out as written. */
final class UsageFailure extends Failure {
  private static final long serialVersionUID = 1;

  UsageFailure(String what, String hint) {
    super(what, "", hint, null);
  }
}
