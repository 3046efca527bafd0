package linuxkit.oci.registry.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.RegistryHosts;
import org.jspecify.annotations.Nullable;

/**
 * The logins that this machine's user has for registries: Docker's {@code config.json}, else the
 * file that {@code REGISTRY_AUTH_FILE} names, else Podman's {@code auth.json}. Nothing is read, and
 * no credential helper started, before a registry asks for a login.
 */
public final class Logins {
  private static final String HUB_KEY = "https://index.docker.io/v1/";
  private static final int MAX_SIZE = 1 << 20;

  private final Map<String, String> environment;
  private final Progress progress;
  private @Nullable DockerConfig config;

  private Logins(Map<String, String> environment, Progress progress) {
    this.environment = Map.copyOf(environment);
    this.progress = progress;
  }

  /** Nobody is logged in anywhere. */
  public static Logins none() {
    return new Logins(Map.of(), Progress.silent());
  }

  /**
   * @param environment of which DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, HOME and PATH
   *     count
   * @param progress is told of a credential helper that is not installed
   */
  public static Logins of(Map<String, String> environment, Progress progress) {
    return new Logins(environment, progress);
  }

  /**
   * The login for what is at {@code repository} on {@code authority}: under the whole name, else
   * under the shorter paths above it, else under the host alone.
   *
   * @throws RegistryFailure.Misconfigured when the file or a helper's answer cannot be used
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
    Optional<Credential> fromStore = config.store().flatMap(name -> ask(name, host));
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
              + " is not installed; going on without a login for "
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
