package linuxkit.system.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;

/** Other programs, whose results are compared with ours. */
final class ExternalTool {
  private ExternalTool() {}

  /** Returns the output of a program for a standard input. */
  static byte[] run(byte[] input, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Thread feeder =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (OutputStream out = process.getOutputStream()) {
                    out.write(input);
                  } catch (java.io.IOException _) {
                    // The program ended early, which its status shows.
                  }
                });
    byte[] output = process.getInputStream().readAllBytes();
    feeder.join();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    return output;
  }
}
