package linuxkit.oci.store;

import java.io.IOException;
import java.nio.file.Path;
import linuxkit.base.Progress;

/** A process that uses a store until it is killed. Argument: {@code ROOT}. */
final class UsingProcess {
  private UsingProcess() {}

  /** Starts a process that writes a byte when it has the lock. */
  static Process start(Path root) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            UsingProcess.class.getName(),
            root.toString())
        .start();
  }

  public static void main(String[] args) throws InterruptedException {
    try (StoreHold _ = ImageStore.open(Path.of(args[0]), Progress.silent()).use()) {
      System.out.print("u");
      System.out.flush();
      Thread.currentThread().join();
    }
  }
}
