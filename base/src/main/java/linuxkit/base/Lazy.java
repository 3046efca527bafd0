package linuxkit.base;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is created on first use and kept. Threads that ask for it in the meantime wait. */
public final class Lazy<T> implements Supplier<T> {
  private final Supplier<T> maker;
  private @Nullable T value;

  /**
   * @param maker called again if it failed before
   */
  public Lazy(Supplier<T> maker) {
    this.maker = maker;
  }

  @Override
  public synchronized T get() {
    T made = value;
    if (made == null) {
      made = maker.get();
      value = made;
    }
    return made;
  }

  /** Returns whether the value has been created. */
  public synchronized boolean isMade() {
    return value != null;
  }
}
