package linuxkit.run.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.run.qemu.state.StateDirectory;

/**
 * Proves that a process is the guest of a state directory. A pid file may hold any number, and
 * anybody who can open the file can lock it; but a process that was started with this file as its
 * pid file is this guest.
 */
final class GuestProcess {
  private GuestProcess() {}

  /**
   * Returns the process if it is the guest. The result also knows when the process started, so that
   * it never ends another one to which the kernel gives the same number later.
   */
  static Optional<ProcessHandle> find(long pid, StateDirectory state) {
    return ProcessHandle.of(pid).filter(process -> isGuest(arguments(process), state));
  }

  private static boolean isGuest(List<String> arguments, StateDirectory state) {
    int option = arguments.indexOf("-pidfile");
    if (option < 0 || option + 1 == arguments.size()) {
      return false;
    }
    try {
      Path file = Path.of(arguments.get(option + 1));
      String monitor = QemuCommand.monitor(file.resolveSibling(state.monitor().getFileName()));
      return file.isAbsolute()
          && Files.isSameFile(file, state.pidFile())
          && arguments.contains(monitor);
    } catch (IOException | InvalidPathException _) {
      return false;
    }
  }

  private static List<String> arguments(ProcessHandle process) {
    try {
      byte[] line = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline"));
      return List.of(new String(line, StandardCharsets.UTF_8).split("\0"));
    } catch (IOException _) {
      // There is no /proc, or the process has ended.
      return List.of(process.info().arguments().orElse(new String[0]));
    }
  }
}
