package linuxkit.test.boot;

import java.util.concurrent.Callable;

/**
 * A mistake of QEMU's that kills a guest. With several processors it sometimes runs a breakpoint
 * that the kernel has already removed, and on a busy machine the first timer may come too late.
 */
public final class EmulatorFault extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int ATTEMPTS = 3;

  private EmulatorFault(String console) {
    super("the emulator killed the guest; the console:\n" + console);
  }

  /** Checks that what a guest printed shows no such fault. */
  public static String check(String console) {
    if (console.contains("Oops: int3:") || console.contains("IO-APIC + timer doesn't work")) {
      throw new EmulatorFault(console);
    }
    return console;
  }

  /** Boots until the emulator makes no mistake, three times at most. */
  public static <T> T retried(Callable<T> boot) throws Exception {
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      try {
        return boot.call();
      } catch (EmulatorFault fault) {
        System.out.println("Booting again: " + fault.getMessage().lines().findFirst().orElse(""));
      }
    }
    return boot.call();
  }
}
