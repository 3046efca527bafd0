package linuxkit.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The distribution's command, run as users run it: in a process of its own. */
public final class Linuxkit {
  /** What a command printed and how it ended. */
  public record Result(int status, String out, String err) {
    public Result succeeds() {
      assertThat(status).as(err).isZero();
      return this;
    }

    /** Fails as every failure should: exit status 1, a few plain lines, no stack trace. */
    public Result fails() {
      assertThat(status).as(out + err).isEqualTo(1);
      assertThat(err)
          .doesNotContain("\tat ")
          .doesNotContain("Exception")
          .containsPattern("(?m)^linuxkit: ");
      return this;
    }
  }

  public static final Path PROJECT = projectFolder();
  private static final Path COMMAND = distribution().resolve("bin").resolve("linuxkit");
  private static final long PATIENCE_SECONDS = 600;

  private final Path cache;
  private final List<String> prefix;
  private final Map<String, String> environment;
  private final Path folder;

  private Linuxkit(Path cache, List<String> prefix, Map<String, String> environment, Path folder) {
    this.cache = cache;
    this.prefix = prefix;
    this.environment = environment;
    this.folder = folder;
  }

  public static Linuxkit withCache(Path cache) {
    return new Linuxkit(cache, List.of(), Map.of(), PROJECT);
  }

  /** The store that all tests share, filled with the project's own components. */
  public static Linuxkit withComponents() {
    return withCache(Components.STORE);
  }

  /** The same, started by another program, such as {@code strace}. */
  public Linuxkit through(String... program) {
    return new Linuxkit(cache, List.of(program), environment, folder);
  }

  public Linuxkit withEnvironment(Map<String, String> variables) {
    return new Linuxkit(cache, prefix, variables, folder);
  }

  public Linuxkit in(Path directory) {
    return new Linuxkit(cache, prefix, environment, directory);
  }

  public Path cache() {
    return cache;
  }

  public Result run(String... args) {
    try {
      Path out = Files.createTempFile("linuxkit-test", ".out");
      Path err = Files.createTempFile("linuxkit-test", ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(line(args))
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
          throw new AssertionError("still running after " + PATIENCE_SECONDS + " s: " + line(args));
        }
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Starts the command, whose output is thrown away; the caller ends it. */
  public Process start(String... args) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(line(args))
            .directory(folder.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    return builder.start();
  }

  private List<String> line(String... args) {
    List<String> line = new ArrayList<>(prefix);
    line.add(COMMAND.toString());
    line.add("--cache");
    line.add(cache.toString());
    line.addAll(List.of(args));
    return line;
  }

  public static Path distribution() {
    return Path.of(
        System.getProperty("linuxkit.home", projectFolder().resolve("target/linuxkit").toString()));
  }

  public static Path projectFolder() {
    Path here = Path.of("").toAbsolutePath();
    return here.endsWith("test") ? here.getParent() : here;
  }
}
