package linuxkit.base;

import org.jspecify.annotations.Nullable;

/**
 * The only way in which work fails: what happened, where, and what the user can do about it.
 *
 * <p>Each module has its own subclasses, one for each kind of failure. They are thrown once, where
 * the cause is known best, and printed once, by the command line. No code between logs them or
 * interprets their text.
 */
public abstract class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String what;
  private final String where;
  private final String hint;

  /**
   * @param what one sentence without a full stop that contains the value at fault
   * @param where a file with line and column, a URL or an image; empty if {@code what} names the
   *     place
   * @param hint what to do, in the imperative; empty if there is no advice
   */
  protected Failure(String what, String where, String hint, @Nullable Throwable cause) {
    super(where.isEmpty() ? what : where + ": " + what, cause);
    this.what = what;
    this.where = where;
    this.hint = hint;
  }

  public final String what() {
    return what;
  }

  public final String where() {
    return where;
  }

  public final String hint() {
    return hint;
  }
}
