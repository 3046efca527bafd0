package linuxkit.packaging.builder;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Runs the programs that build images, with only those variables of the environment that concern
 * them. Their output is bounded: of long lines the start is kept, and of many lines the last ones.
 */
final class ChildProcess {
  private static final int MAX_LINE = 4096;
  private static final int MAX_LINES = 30;
  private static final Set<String> VARIABLES =
      Set.of(
          "HOME",
          "PATH",
          "USER",
          "LOGNAME",
          "LANG",
          "LC_ALL",
          "TMPDIR",
          "TERM",
          "SSH_AUTH_SOCK",
          "REGISTRY_AUTH_FILE",
          "SOURCE_DATE_EPOCH",
          "STORAGE_DRIVER",
          "STORAGE_OPTS",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "ALL_PROXY",
          "FTP_PROXY",
          "http_proxy",
          "https_proxy",
          "no_proxy",
          "all_proxy",
          "ftp_proxy");
  // CI systems keep passwords in variables such as DOCKER_PASSWORD, which no builder reads.
  private static final Pattern SECRETS = Pattern.compile(".*(?:PASS|TOKEN|SECRET).*");
  private static final List<String> PREFIXES =
      List.of("DOCKER_", "BUILDKIT_", "BUILDX_", "BUILDAH_", "CONTAINERS_", "XDG_");

  private final Map<String, String> environment;

  /**
   * @param environment that of this process
   */
  ChildProcess(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * The end of a program.
   *
   * @param status its exit status; -1 if it took too long
   * @param lines the last lines of its output, errors among them
   */
  record Result(int status, List<String> lines) {
    Result {
      lines = List.copyOf(lines);
    }

    boolean succeeded() {
      return status == 0;
    }

    String text() {
      return String.join("\n", lines);
    }
  }

  /** Runs a short command, which is given up after a time. */
  Result probe(Duration limit, List<String> command, Map<String, String> more) {
    Process process = start(command, more, false);
    Tail tail = new Tail(_ -> {});
    Thread reader = Thread.ofVirtual().start(() -> tail.read(process.getInputStream()));
    try {
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        return new Result(-1, List.of("it does not answer within " + limit.toSeconds() + " s"));
      }
      reader.join(Duration.ofSeconds(1));
      return new Result(process.exitValue(), tail.lines());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BuilderFailure.interrupted(command.getFirst(), e);
    } finally {
      end(process);
    }
  }

  /**
   * Runs a program to its end.
   *
   * @param line receives each line as it is written
   * @param terminal whether the program may draw on the terminal; no lines are received then
   */
  Result run(
      List<String> command, Map<String, String> more, Consumer<String> line, boolean terminal) {
    Process process = start(command, more, terminal);
    Tail tail = new Tail(line);
    Thread reader = Thread.ofVirtual().start(() -> tail.read(process.getInputStream()));
    try {
      int status = process.waitFor();
      // A process that it left behind may keep the pipe open.
      reader.join(Duration.ofSeconds(2));
      return new Result(status, tail.lines());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BuilderFailure.interrupted(command.getFirst(), e);
    } finally {
      end(process);
    }
  }

  private static boolean concerns(String name) {
    return VARIABLES.contains(name)
        || (PREFIXES.stream().anyMatch(name::startsWith) && !SECRETS.matcher(name).matches());
  }

  private Process start(List<String> command, Map<String, String> more, boolean terminal) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    environment.forEach(
        (name, value) -> {
          if (concerns(name)) {
            builder.environment().put(name, value);
          }
        });
    builder.environment().putAll(more);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    if (terminal) {
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    } else {
      builder.redirectErrorStream(true);
    }
    try {
      return builder.start();
    } catch (IOException e) {
      throw BuilderFailure.start(command.getFirst(), e);
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (process.isAlive() && !process.waitFor(5, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** The last lines of an output. */
  private static final class Tail {
    private final Consumer<String> receiver;
    private final Deque<String> last = new ArrayDeque<>();

    Tail(Consumer<String> receiver) {
      this.receiver = receiver;
    }

    void read(InputStream stream) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      try (InputStream in = new BufferedInputStream(stream)) {
        for (int b = in.read(); b >= 0; b = in.read()) {
          if (b == '\n' || b == '\r') {
            add(line);
          } else if (line.size() < MAX_LINE) {
            line.write(b);
          }
        }
      } catch (IOException _) {
        // The program was ended.
      }
      add(line);
    }

    private void add(ByteArrayOutputStream line) {
      String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
      line.reset();
      if (!text.isEmpty()) {
        synchronized (last) {
          last.addLast(text);
          if (last.size() > MAX_LINES) {
            last.removeFirst();
          }
        }
        receiver.accept(text);
      }
    }

    List<String> lines() {
      synchronized (last) {
        return new ArrayList<>(last);
      }
    }
  }
}
