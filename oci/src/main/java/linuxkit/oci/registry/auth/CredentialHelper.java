package linuxkit.oci.registry.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import linuxkit.base.ProgramSearch;
import linuxkit.json.Json;
import linuxkit.json.JsonFailure;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.oci.registry.RegistryFailure;
import org.jspecify.annotations.Nullable;

/**
 * A program that keeps passwords, as Docker asks it: {@code get}, the registry on its standard
 * input, a JSON object on its standard output. The one child process there is in fetching an image,
 * and only where the user has set one up.
 */
final class CredentialHelper {
  private static final int MAX_ANSWER = 64 * 1024;
  private static final long SECONDS = 60;
  private static final String IDENTITY_TOKEN = "<token>";

  private CredentialHelper() {}

  /**
   * Finds a helper on the {@code PATH}.
   *
   * @param name without {@code docker-credential-}
   */
  static Optional<Path> locate(String name, Map<String, String> environment) {
    return ProgramSearch.find("docker-credential-" + name, environment);
  }

  /**
   * The login it has for a registry; empty when it has none.
   *
   * @throws RegistryFailure.Misconfigured when it fails, or says what is no login
   */
  static Optional<Credential> get(Path program, String registry) {
    Process process;
    try {
      process =
          new ProcessBuilder(program.toString(), "get")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw broken(program, registry, "it cannot be started", e);
    }
    // The end of its time ends its output, so that reading needs no bound of its own.
    Thread guard = Thread.ofVirtual().start(() -> endAfterLimit(process));
    try {
      return conversation(process, program, registry);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryFailure.Interrupted(registry, e);
    } finally {
      process.destroyForcibly();
      guard.interrupt();
    }
  }

  private static Optional<Credential> conversation(Process process, Path program, String registry)
      throws InterruptedException {
    byte[] answer;
    try (InputStream out = process.getInputStream()) {
      tell(process, registry);
      answer = out.readNBytes(MAX_ANSWER);
    } catch (IOException e) {
      throw broken(program, registry, "it does not answer", e);
    }
    int status = process.waitFor();
    if (status == 0) {
      return Optional.of(credential(answer, program, registry));
    }
    String message = new String(answer, StandardCharsets.UTF_8).strip();
    if (message.startsWith("credentials not found")) {
      return Optional.empty();
    }
    throw broken(program, registry, "it ended with status " + status, null);
  }

  // A helper need not read what it is asked; that it does not is no error.
  private static void tell(Process process, String registry) {
    try (var in = process.getOutputStream()) {
      in.write(registry.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      return;
    }
  }

  private static void endAfterLimit(Process process) {
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Credential credential(byte[] answer, Path program, String registry) {
    try {
      if (Json.parse(answer, "") instanceof JsonObject object
          && object.get("Username").orElse(null) instanceof JsonString user
          && object.get("Secret").orElse(null) instanceof JsonString secret) {
        return user.value().equals(IDENTITY_TOKEN)
            ? new Credential.IdentityToken(secret.value())
            : new Credential.Password(user.value(), secret.value());
      }
    } catch (JsonFailure e) {
      // Its text may quote the secret, so it goes no further.
    }
    throw broken(program, registry, "what it says is no login", null);
  }

  private static RegistryFailure broken(
      Path program, String registry, String why, @Nullable Exception cause) {
    return new RegistryFailure.Misconfigured(
        "the credential helper gives no login for " + registry + ": " + why,
        program.toString(),
        "try it by hand, or take it out of Docker's config.json",
        cause);
  }
}
