package linuxkit.run.qemu;

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
 * Counts SIGINT, SIGTERM and SIGHUP instead of letting them end this process, until closed.
 *
 * <p>The JDK's only access to signals is sun.misc.Signal. It is called by name because javac's
 * warning about it cannot be suppressed.
 */
final class ShutdownSignals implements AutoCloseable {
  private final Semaphore pending = new Semaphore(0);
  private final Map<String, Object> previous = new HashMap<>();

  ShutdownSignals() {
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
        previous.put(name, handle(name, handler));
      }
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this JDK lacks sun.misc.Signal", e);
    }
  }

  /** Installs a handler and returns the previous one. */
  private static Object handle(String name, Object handler) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    return signal
        .getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
        .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
  }

  /** Waits for a signal. */
  void await() throws InterruptedException {
    pending.acquire();
  }

  /** Waits for a signal, and returns whether one arrived within {@code timeout}. */
  boolean await(Duration timeout) throws InterruptedException {
    return pending.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    previous.forEach(
        (name, handler) -> {
          try {
            handle(name, handler);
          } catch (ReflectiveOperationException e) {
            throw new LinkageError("this JDK lacks sun.misc.Signal", e);
          }
        });
  }
}
