package linuxkit.packaging.builder;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import linuxkit.oci.Platform;

/**
 * The flags that choose a builder and that it gets.
 *
 * @param builder {@code --builder}: the name of the program; empty for the first one that works
 * @param addresses {@code --builders}: by platform, such as {@code linux/arm64}
 * @param instance the builder that {@code docker buildx} is to use, if it is not the current one
 * @param tls {@code --builder-tls}: a directory with ca.pem, cert.pem and key.pem
 * @param cache what is taken from and given to caches
 * @param ssh {@code --ssh}: agents and keys that commands of a Dockerfile may use
 * @param sbomScanner {@code --sbom-scanner}: an image, empty for BuildKit's own, {@code false} for
 *     no bill of materials
 * @param progress {@code --progress}: {@code auto}, {@code plain}, {@code tty} or {@code quiet}
 */
public record BuilderOptions(
    Optional<String> builder,
    Map<String, String> addresses,
    Optional<Instance> instance,
    Optional<Path> tls,
    Caches cache,
    List<String> ssh,
    String sbomScanner,
    String progress) {
  public BuilderOptions {
    addresses = Map.copyOf(addresses);
    ssh = List.copyOf(ssh);
  }

  /**
   * Returns the options for components that a manifest names by their folders. No bill of materials
   * is made, because that needs an image of a registry.
   *
   * @param environment may give the addresses of builders ({@code LINUXKIT_BUILDERS})
   */
  public static BuilderOptions ofManifests(Map<String, String> environment) {
    return new BuilderOptions(
        Optional.empty(),
        addresses(environment.getOrDefault("LINUXKIT_BUILDERS", "")),
        Optional.empty(),
        Optional.empty(),
        new Caches(List.of(), List.of()),
        List.of(),
        "false",
        "auto");
  }

  /**
   * Reads the addresses of builders.
   *
   * @param list as in {@code linux/arm64=tcp://host:1234,linux/amd64=NAME}
   * @throws BuilderFailure if an element has no platform or no address
   */
  public static Map<String, String> addresses(String list) {
    Map<String, String> addresses = new HashMap<>();
    for (String element : list.split(",", -1)) {
      int equals = element.indexOf('=');
      Optional<Platform> platform =
          equals < 0 ? Optional.empty() : Platform.parse(element.substring(0, equals).strip());
      String address = element.substring(equals + 1).strip();
      if (!element.isBlank()) {
        if (platform.isEmpty() || address.isEmpty()) {
          throw BuilderFailure.address(element);
        }
        addresses.put(platform.get().toString(), address);
      }
    }
    return addresses;
  }

  /** Returns whether a bill of materials is wanted. */
  boolean wantsSbom() {
    return !sbomScanner.equals("false");
  }

  /**
   * The caches that results are shared in, such as {@code type=registry,ref=IMAGE}.
   *
   * @param from {@code --cache-from}
   * @param to {@code --cache-to}
   */
  public record Caches(List<String> from, List<String> to) {
    public Caches {
      from = List.copyOf(from);
      to = List.copyOf(to);
    }

    /**
     * Returns the caches of one build. {@code {image}} and {@code {arch}} in a cache keep builds
     * from replacing what others wrote.
     */
    Caches of(ImageRequest request) {
      String image = request.arguments().getOrDefault("PKG_IMAGE", "image");
      String name = image.substring(image.lastIndexOf('/') + 1);
      String architecture = request.platform().toString().replaceFirst("^linux/", "");
      UnaryOperator<String> filled =
          cache -> cache.replace("{image}", name).replace("{arch}", architecture.replace('/', '-'));
      return new Caches(from.stream().map(filled).toList(), to.stream().map(filled).toList());
    }
  }

  /**
   * A builder of {@code docker buildx} in a container of its own, created if it is missing.
   *
   * @param image {@code --builder-image}: the image of BuildKit
   * @param config {@code --builder-config}: BuildKit's configuration
   * @param restart {@code --builder-restart}: whether to create it again; its cache is kept
   */
  public record Instance(
      String name, Optional<String> image, Optional<Path> config, boolean restart) {
    /** LinuxKit's name for its builder. */
    public static final String DEFAULT_NAME = "linuxkit-builder";
  }
}
