package linuxkit.trust.keys;

import linuxkit.base.Printable;

/** Finds the words for a failure in a chain of exceptions of the JDK. */
final class Reason {
  private Reason() {}

  /** Returns the message of the innermost cause that has one. */
  static String of(Throwable failure) {
    String reason = failure.getClass().getSimpleName();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each.getMessage() != null) {
        reason = each.getMessage();
      }
    }
    return Printable.line(reason);
  }
}
