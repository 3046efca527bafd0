package linuxkit.run.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import linuxkit.run.qemu.state.StateDirectory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs a guest from a separate process, as a user does, and ends it in every possible way. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ForegroundTest {
  @TempDir Path folder;
  private @Nullable Process process;
  private final StringBuilder output = new StringBuilder();

  private List<String> command(String kind) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        RunTinyGuest.class.getName(),
        folder.toString(),
        kind);
  }

  private Process start(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return process;
  }

  private void awaitOutput(Process running, String text) throws IOException {
    InputStream stream = running.getInputStream();
    while (output.indexOf(text) < 0) {
      int b = stream.read();
      assertThat(b).as("output ended at: %s", output).isNotNegative();
      output.append((char) b);
    }
  }

  private String rest(Process running) throws IOException {
    output.append(new String(running.getInputStream().readAllBytes(), UTF_8));
    return output.toString();
  }

  private void type(Process running, int character) throws IOException {
    running.getOutputStream().write(character);
    running.getOutputStream().flush();
  }

  @AfterEach
  void killProcesses() throws InterruptedException {
    new QemuGuest(new StateDirectory(folder.resolve("tiny.qcow2-state")))
        .pid()
        .flatMap(ProcessHandle::of)
        .ifPresent(ProcessHandle::destroyForcibly);
    if (process != null) {
      process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void endsWhenTheGuestPowersOff() throws Exception {
    Process running = start(command("tiny"));
    awaitOutput(running, "up\n");
    type(running, 'x');
    awaitOutput(running, "x");
    type(running, 'q');
    assertThat(rest(running)).contains("exit 0");
  }

  /** The threat T10: whoever may connect to QEMU's monitor can run programs as this user. */
  @Test
  void t10SocketIsForTheUserAlone() throws Exception {
    Process running = start(command("tiny"));
    awaitOutput(running, "up\n");
    Path state = folder.resolve("tiny.qcow2-state");
    assertThat(Files.getPosixFilePermissions(state.resolve("qmp.sock")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getPosixFilePermissions(state))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    type(running, 'q');
    assertThat(rest(running)).contains("exit 0");
  }

  @Test
  void pressesThePowerButtonOnASignal() throws Exception {
    Process running = start(command("tiny"));
    awaitOutput(running, "up\n");
    running.toHandle().destroy();
    assertThat(rest(running)).contains("Asked the guest to power off").contains("exit 0");
  }

  @Test
  void killsAGuestOnASecondSignal() throws Exception {
    Process running = start(command("deaf"));
    awaitOutput(running, "up\n");
    running.toHandle().destroy();
    awaitOutput(running, "Asked the guest to power off");
    running.toHandle().destroy();
    assertThat(rest(running)).contains("exit 130");
  }

  @Test
  void reportsTheErrorOfQemu() throws Exception {
    assertThat(rest(start(command("broken"))))
        .containsPattern("failure .*tiny.qcow2-state: .*'no-such-device' is not a valid device");
  }

  @Test
  void pressesThePowerButtonOnControlC() throws Exception {
    Process terminal = startAtTerminal("tiny");
    awaitOutput(terminal, "up");
    type(terminal, 3);
    assertThat(rest(terminal))
        .contains("exit 0")
        .containsPattern("(?s)after: .*[ ;]isig icanon .* echo ");
  }

  @Test
  void sendsKeysToTheGuestWithoutEcho() throws Exception {
    Process terminal = startAtTerminal("tiny");
    awaitOutput(terminal, "up");
    type(terminal, 'z');
    awaitOutput(terminal, "z");
    type(terminal, 'q');
    assertThat(rest(terminal)).contains("exit 0").contains("up\r\nzq");
  }

  @Test
  void restoresTheTerminalWhenQemuIsKilled() throws Exception {
    Process terminal = startAtTerminal("deaf");
    awaitOutput(terminal, "up");
    new QemuGuest(new StateDirectory(folder.resolve("tiny.qcow2-state")))
        .pid()
        .flatMap(ProcessHandle::of)
        .orElseThrow()
        .destroyForcibly();
    assertThat(rest(terminal))
        .contains("failure ")
        .containsPattern("(?s)after: .*[ ;]isig icanon .* echo ");
  }

  private Process startAtTerminal(String kind) throws IOException {
    String quoted = "'" + String.join("' '", command(kind)) + "'";
    // Ctrl-C reaches the shell too, which some shells do not survive without a trap.
    String command = "trap : INT; " + quoted + "; echo after: $(stty -a)";
    // The signal is ignored, and would be by all child processes, if tests run in the background.
    return start(
        List.of(
            "env",
            "--default-signal=INT",
            "SHELL=/bin/sh",
            "script",
            "-qec",
            command,
            "/dev/null"));
  }
}
