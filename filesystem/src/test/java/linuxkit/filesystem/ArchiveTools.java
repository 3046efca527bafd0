package linuxkit.filesystem;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs a program of this machine that reads or writes archives. */
public final class ArchiveTools {
  private ArchiveTools() {}

  /** Runs a command and returns its output; throws an error if it fails. */
  public static String run(Path directory, Path input, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("tool", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectInput(input.toFile())
              .redirectOutput(output.toFile())
              .redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C.UTF-8");
      builder.environment().put("TZ", "UTC");
      int status = builder.start().waitFor();
      String text = Files.readString(output, UTF_8);
      if (status != 0) {
        throw new AssertionError(String.join(" ", command) + " ended with " + status + ": " + text);
      }
      return text;
    } finally {
      Files.delete(output);
    }
  }
}
