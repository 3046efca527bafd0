package linuxkit.oci.store;

import java.io.IOException;
import java.nio.file.Path;
import linuxkit.base.Progress;

/** Says that it uses a store, in a process of its own, until it is killed: {@code ROOT}. */
final class UsingProcess {
  private UsingProcess() {}

  /** One that writes a byte when it is so far. */
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
    try (ImageStore.Use _ = ImageStore.open(Path.of(args[0]), Progress.silent()).use()) {
      System.out.print("u");
      System.out.flush();
      Thread.currentThread().join();
    }
  }
}
