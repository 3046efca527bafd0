package linuxkit.oci.registry.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import linuxkit.base.ProgramSearch;
import linuxkit.json.Json;
import linuxkit.json.JsonFailure;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.oci.registry.RegistryFailure;
import org.jspecify.annotations.Nullable;

/**
 * A program that keeps passwords, called by Docker's protocol: the argument {@code get}, the
 * registry on its standard input, a JSON object on its standard output. It is the only child
 * process that fetching an image can start, and only if the user has configured one.
 */
final class CredentialHelper {
  private static final int MAX_OUTPUT = 64 * 1024;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String IDENTITY_TOKEN = "<token>";

  private CredentialHelper() {}

  /**
   * Finds a helper's program on the {@code PATH}; empty if it is not installed.
   *
   * @param name without {@code docker-credential-}
   */
  static Optional<Path> locate(String name, Map<String, String> environment) {
    return ProgramSearch.find("docker-credential-" + name, environment);
  }

  /**
   * Asks a helper for the login for a registry; empty if it has none.
   *
   * @throws RegistryFailure.Misconfigured if the helper fails or its output is not a login
   */
  static Optional<Credential> get(Path program, String registry) {
    return get(program, registry, LIMIT);
  }

  /**
   * @param limit how long the helper may take
   */
  static Optional<Credential> get(Path program, String registry, Duration limit) {
    Process process;
    try {
      process =
          new ProcessBuilder(program.toString(), "get")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw failure(program, registry, "the program cannot be started", e);
    }
    try {
      return exchange(process, program, registry, System.nanoTime() + limit.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryFailure.Interrupted(registry, e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static Optional<Credential> exchange(
      Process process, Path program, String registry, long end) throws InterruptedException {
    // A child of the helper may keep the pipe open for ever, so another thread reads from it, which
    // is given up with the pipe.
    FutureTask<byte[]> reading =
        new FutureTask<>(
            () -> {
              send(process, registry);
              return process.getInputStream().readNBytes(MAX_OUTPUT);
            });
    Thread.ofVirtual().start(reading);
    byte[] output;
    try {
      output = reading.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw failure(program, registry, "the program does not answer", null);
    } catch (TimeoutException e) {
      throw failure(program, registry, "the program does not answer in time", null);
    }
    if (output.length == MAX_OUTPUT
        || !process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw failure(program, registry, "the program does not end", null);
    }
    int status = process.exitValue();
    if (status == 0) {
      return Optional.of(credential(output, program, registry));
    }
    String message = new String(output, StandardCharsets.UTF_8).strip();
    if (message.startsWith("credentials not found")) {
      return Optional.empty();
    }
    throw failure(program, registry, "the program exited with status " + status, null);
  }

  // A helper may ignore its input, so a failed write is not an error.
  private static void send(Process process, String registry) {
    try (var in = process.getOutputStream()) {
      in.write(registry.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      return;
    }
  }

  private static Credential credential(byte[] output, Path program, String registry) {
    try {
      if (Json.parse(output, "") instanceof JsonObject object
          && object.get("Username").orElse(null) instanceof JsonString user
          && object.get("Secret").orElse(null) instanceof JsonString secret) {
        return user.value().equals(IDENTITY_TOKEN)
            ? new Credential.IdentityToken(secret.value())
            : new Credential.Password(user.value(), secret.value());
      }
    } catch (JsonFailure e) {
      // The message may quote the secret, so it is not passed on.
    }
    throw failure(program, registry, "its output is not a login", null);
  }

  private static RegistryFailure failure(
      Path program, String registry, String why, @Nullable Exception cause) {
    return new RegistryFailure.Misconfigured(
        "cannot get the login for " + registry + " from the credential helper: " + why,
        program.toString(),
        "run it by hand, or remove it from Docker's config.json",
        cause);
  }
}
