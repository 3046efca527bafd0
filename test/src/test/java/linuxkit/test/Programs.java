package linuxkit.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Independent programs that check what is made here. */
public final class Programs {
  private Programs() {}

  /** Returns a configuration of buildah that keeps everything in the folder. */
  public static Path buildahStorage(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("storage.conf"),
        "[storage]\ndriver = \"vfs\"\ngraphroot = \"%s\"\nrunroot = \"%s\"\n"
            .formatted(folder.resolve("graph"), folder.resolve("run")));
  }

  /** Runs a program, which must end well, and returns what it prints, errors included. */
  public static String run(Path folder, Object... line) {
    List<String> words = Arrays.stream(line).map(Object::toString).toList();
    try {
      ProcessBuilder builder =
          new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C.UTF-8");
      Process process = builder.start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(words + "\n" + out).isZero();
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
