package linuxkit.oci.registry.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.RegistryHosts;
import org.jspecify.annotations.Nullable;

/**
 * The user's logins for registries: from Docker's {@code config.json}, else from the file that
 * {@code REGISTRY_AUTH_FILE} names, else from Podman's {@code auth.json}. No file is read and no
 * credential helper started until a registry asks for a login.
 */
public final class Logins {
  private static final String HUB_KEY = "https://index.docker.io/v1/";
  private static final int MAX_SIZE = 1 << 20;

  private final Map<String, String> environment;
  private final Progress progress;
  private final Supplier<Map<String, String>> tokenServices;
  private @Nullable TokenHosts tokenHosts;
  private @Nullable DockerConfig config;

  private Logins(
      Map<String, String> environment,
      Progress progress,
      Supplier<Map<String, String>> tokenServices) {
    this.environment = Map.copyOf(environment);
    this.progress = progress;
    this.tokenServices = tokenServices;
  }

  /** Returns logins that are empty for every registry. */
  public static Logins none() {
    return new Logins(Map.of(), Progress.silent(), Map::of);
  }

  /**
   * Returns the logins of the user.
   *
   * @param environment supplies {@code DOCKER_CONFIG}, {@code REGISTRY_AUTH_FILE}, {@code
   *     XDG_RUNTIME_DIR}, {@code HOME} and {@code PATH}
   * @param progress gets a warning if a credential helper is not installed
   */
  public static Logins of(Map<String, String> environment, Progress progress) {
    return of(environment, progress, Map::of);
  }

  /**
   * Returns logins that may also be sent to the token services that the user has configured.
   *
   * @param tokenServices hosts, with a port if it is not 443, by registry; asked for when a token
   *     service wants a login
   */
  public static Logins of(
      Map<String, String> environment,
      Progress progress,
      Supplier<Map<String, String>> tokenServices) {
    return new Logins(environment, progress, tokenServices);
  }

  /** Returns which token services may see a login. */
  synchronized TokenHosts tokenHosts() {
    if (tokenHosts == null) {
      tokenHosts = new TokenHosts(tokenServices.get());
    }
    return tokenHosts;
  }

  /**
   * Finds the login for {@code repository} on {@code authority}: by the full name, else by the
   * shorter paths above it, else by the host.
   *
   * @throws RegistryFailure.Misconfigured if the file or a helper's output is malformed
   */
  synchronized Optional<Credential> find(String authority, String repository) {
    if (config == null) {
      config = read();
    }
    for (String key : keys(RegistryHosts.canonical(authority), repository)) {
      Optional<Credential> found = config.helper(key).flatMap(name -> ask(name, key));
      if (found.isPresent()) {
        return found;
      }
    }
    String host = RegistryHosts.canonical(authority);
    Optional<Credential> fromStore = config.credentialStore().flatMap(name -> ask(name, host));
    if (fromStore.isPresent()) {
      return fromStore;
    }
    return keys(host, repository).stream().flatMap(key -> config.login(key).stream()).findFirst();
  }

  private static List<String> keys(String host, String repository) {
    List<String> keys = new ArrayList<>();
    for (String key = host + "/" + repository;
        key.length() > host.length();
        key = key.substring(0, key.lastIndexOf('/'))) {
      keys.add(key);
    }
    keys.add(host);
    return keys;
  }

  private Optional<Credential> ask(String helper, String key) {
    Optional<Path> program = CredentialHelper.locate(helper, environment);
    if (program.isEmpty()) {
      progress.warn(
          "the credential helper docker-credential-"
              + helper
              + " is not installed; continuing without a login for "
              + key);
      return Optional.empty();
    }
    return CredentialHelper.get(
        program.get(), key.equals(RegistryHosts.DOCKER_HUB) ? HUB_KEY : key);
  }

  private DockerConfig read() {
    for (Path file : places()) {
      if (Files.exists(file)) {
        try {
          byte[] content = Files.size(file) > MAX_SIZE ? new byte[0] : Files.readAllBytes(file);
          return DockerConfig.parse(content, file.toString());
        } catch (IOException e) {
          throw FileFailure.of("cannot read the registry logins", file, e);
        }
      }
    }
    return DockerConfig.EMPTY;
  }

  private List<Path> places() {
    List<Path> places = new ArrayList<>();
    Optional<Path> docker = path("DOCKER_CONFIG");
    docker
        .or(() -> path("HOME").map(home -> home.resolve(".docker")))
        .ifPresent(directory -> places.add(directory.resolve("config.json")));
    path("REGISTRY_AUTH_FILE").ifPresent(places::add);
    path("XDG_RUNTIME_DIR")
        .ifPresent(runtime -> places.add(runtime.resolve("containers").resolve("auth.json")));
    return places;
  }

  private Optional<Path> path(String variable) {
    return Optional.ofNullable(environment.get(variable))
        .filter(value -> !value.isEmpty())
        .map(Path::of);
  }
}
