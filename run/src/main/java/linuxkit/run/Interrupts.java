package linuxkit.run;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and its relatives, counted in place of ending this process, until it is closed.
 *
 * <p>The JDK's only way to a signal is sun.misc.Signal, which javac warns of however it is asked
 * not to; so it is called by its name.
 */
final class Interrupts implements AutoCloseable {
  private final Semaphore pending = new Semaphore(0);
  private final Map<String, Object> before = new HashMap<>();

  Interrupts() {
    try {
      MethodHandle release =
          MethodHandles.lookup()
              .findVirtual(Semaphore.class, "release", MethodType.methodType(void.class))
              .bindTo(pending);
      Object handler =
          MethodHandleProxies.asInterfaceInstance(
              Class.forName("sun.misc.SignalHandler"),
              MethodHandles.dropArguments(release, 0, Class.forName("sun.misc.Signal")));
      for (String name : new String[] {"INT", "TERM", "HUP"}) {
        before.put(name, handle(name, handler));
      }
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the JDK lost sun.misc.Signal", e);
    }
  }

  /** The handler that was there before. */
  private static Object handle(String name, Object handler) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    return signal
        .getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
        .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
  }

  /** Waits for one. */
  void await() throws InterruptedException {
    pending.acquire();
  }

  /** Whether one came within {@code patience}. */
  boolean await(Duration patience) throws InterruptedException {
    return pending.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    before.forEach(
        (name, handler) -> {
          try {
            handle(name, handler);
          } catch (ReflectiveOperationException e) {
            throw new LinkageError("the JDK lost sun.misc.Signal", e);
          }
        });
  }
}
