package linuxkit.base;

import org.jspecify.annotations.Nullable;

/**
 * The one way in which work ends badly: what happened, where, and what the person can do about it.
 *
 * <p>Each module has its own subclasses, one a kind of failure. They are thrown once, where the
 * fault is known best, and printed once, by the command line; nothing between logs them or reads
 * their text.
 */
public abstract class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String what;
  private final String where;
  private final String hint;

  /**
   * @param what one sentence without a full stop, with the value at fault in it
   * @param where a file with line and column, a URL, an image; empty when {@code what} says it
   * @param hint what to do, in the imperative; empty when there is nothing to say
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
