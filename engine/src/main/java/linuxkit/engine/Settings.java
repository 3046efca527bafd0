package linuxkit.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.base.own.SharedFolder;
import linuxkit.base.own.UserKey;
import linuxkit.oci.registry.endpoint.Mirrors;

/**
 * The context of a build: everything that stays the same from one request to the next.
 *
 * @param cache folder of the image store; created when it is missing
 * @param mirrors registries that are read instead of those in image names
 * @param certificates PEM files of authorities that are trusted besides the machine's own
 * @param environment variables that count, such as {@code HOME}, {@code https_proxy} and {@code
 *     SOURCE_DATE_EPOCH}
 * @param distribution folder that the program is installed in
 * @param trust the policy that says which images are accepted; empty to look for one
 */
public record Settings(
    Path cache,
    Mirrors mirrors,
    List<Path> certificates,
    Map<String, String> environment,
    Distribution distribution,
    Optional<Path> trust) {
  public Settings {
    certificates = List.copyOf(certificates);
    environment = Map.copyOf(environment);
  }

  /**
   * Returns the settings that an environment gives: the store in {@code LINUXKIT_CACHE} or below
   * {@code HOME}, the mirrors of {@code LINUXKIT_MIRROR}, no further certificates.
   *
   * @throws RequestFailure if neither {@code LINUXKIT_CACHE} nor {@code HOME} is set
   */
  public static Settings of(Map<String, String> environment, Distribution distribution) {
    return new Settings(
        defaultCache(environment),
        Mirrors.parse(environment.getOrDefault("LINUXKIT_MIRROR", ""), List.of()),
        List.of(),
        environment,
        distribution,
        Optional.empty());
  }

  /**
   * Returns {@code LINUXKIT_CACHE}, or {@code ~/.linuxkit/cache} if it is not set.
   *
   * @throws RequestFailure if {@code HOME} is not set either
   */
  public static Path defaultCache(Map<String, String> environment) {
    String cache = environment.getOrDefault("LINUXKIT_CACHE", "");
    String home = environment.getOrDefault("HOME", "");
    if (!cache.isEmpty()) {
      return Path.of(cache);
    }
    if (home.isEmpty()) {
      throw new RequestFailure("HOME is not set", "set it, or name the image store with --cache");
    }
    Path store = Path.of(home, ".linuxkit", "cache");
    try {
      // The user may have moved the store to another disk. No repository can put a link there.
      return Files.isSymbolicLink(store) ? store.toRealPath() : store;
    } catch (IOException e) {
      throw FileFailure.of("cannot follow the link", store, e);
    }
  }

  /**
   * Returns the folder that Debian packages are downloaded to, beside the images of the store. In a
   * store that is shared, each user has a folder of his own.
   */
  public Path debianCache() {
    return SharedFolder.ownPath(cache, "debian");
  }

  /** Returns the key of the user, which authenticates what is derived from images. */
  public UserKey key() {
    return UserKey.of(environment.getOrDefault("HOME", ""));
  }
}
