package linuxkit.oci;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Other programs that tests use as references. */
public final class OciTools {
  private OciTools() {}

  /**
   * Runs a program and waits for it.
   *
   * @param directory the working directory, also for temporary files
   * @return its output
   * @throws IOException if it fails, with its output
   */
  public static String run(Path directory, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("TMPDIR", directory.toString());
    int status = builder.start().waitFor();
    String said = Files.readString(output, UTF_8);
    if (status != 0) {
      throw new IOException(String.join(" ", command) + ": status " + status + "\n" + said);
    }
    return said;
  }

  public static String skopeo(Path directory, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("skopeo", "--insecure-policy", "--tmpdir", directory.toString()));
    command.addAll(List.of(arguments));
    return run(directory, command.toArray(String[]::new));
  }
}
