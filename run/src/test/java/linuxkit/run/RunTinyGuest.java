package linuxkit.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import linuxkit.base.Failure;
import linuxkit.base.Progress;

/** What the command line does of a run, for the tests that need a process of its own for it. */
final class RunTinyGuest {
  private RunTinyGuest() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    QemuOptions options =
        switch (arguments[1]) {
          case "deaf" -> TinyGuest.deafIn(folder).build();
          case "broken" -> TinyGuest.in(folder).devices(List.of("no-such-device")).build();
          default -> TinyGuest.in(folder).build();
        };
    try {
      System.out.println("exit " + Qemu.run(options, new Lines()));
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
