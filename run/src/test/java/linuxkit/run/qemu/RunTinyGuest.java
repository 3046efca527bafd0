package linuxkit.run.qemu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import linuxkit.base.Failure;
import linuxkit.base.Progress;

/** Runs a guest as the command line does, for tests that need a separate process. */
final class RunTinyGuest {
  private RunTinyGuest() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    TinyGuest guest =
        switch (arguments[1]) {
          case "deaf" -> TinyGuest.deafIn(folder);
          case "broken" -> TinyGuest.in(folder).devices(List.of("no-such-device"));
          default -> TinyGuest.in(folder);
        };
    try {
      System.out.println("exit " + guest.run(new Lines()));
    } catch (Failure failure) {
      System.out.println("failure " + failure.getMessage());
    }
  }

  private record Lines() implements Progress {
    @Override
    public void info(String line) {
      System.out.println(line);
    }

    @Override
    public void warn(String line) {
      System.out.println(line);
    }

    @Override
    public void detail(String line) {}

    @Override
    public Task begin(String label, long total) {
      return Progress.silent().begin(label, total);
    }
  }
}
