package linuxkit.cli.syntax;

import linuxkit.base.Failure;

/** A command line that cannot be carried out as written. */
public final class UsageFailure extends Failure {
  private static final long serialVersionUID = 1;

  public UsageFailure(String what, String hint) {
    super(what, "", hint, null);
  }
}
