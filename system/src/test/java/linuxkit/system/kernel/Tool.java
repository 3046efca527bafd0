package linuxkit.system.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;

/** Other programs, which say whether ours is right. */
final class Tool {
  private Tool() {}

  /** What a program makes of its standard input. */
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
                    // It ended early, which its status tells.
                  }
                });
    byte[] output = process.getInputStream().readAllBytes();
    feeder.join();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    return output;
  }
}
