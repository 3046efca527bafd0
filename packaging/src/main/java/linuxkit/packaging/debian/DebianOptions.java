package linuxkit.packaging.debian;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * Where Debian packages come from and are kept.
 *
 * @param cache a directory that is made when something is downloaded
 * @param root of the system whose apt and keys are used, normally {@code /}
 * @param mirrors used instead of apt's sources, unless empty
 * @param keyrings files of keys used instead of apt's and the system's, unless empty
 * @param clock by which indexes and keys expire
 * @param environment whose proxies are used where apt has none, and {@code SSL_CERT_FILE}
 * @param certificates PEM files whose authorities count besides the machine's own
 */
public record DebianOptions(
    Path cache,
    Path root,
    List<URI> mirrors,
    List<Path> keyrings,
    InstantSource clock,
    Map<String, String> environment,
    List<Path> certificates) {
  public DebianOptions {
    mirrors =
        mirrors.stream()
            .map(uri -> uri.toString().endsWith("/") ? uri : URI.create(uri + "/"))
            .toList();
    keyrings = List.copyOf(keyrings);
    environment = Map.copyOf(environment);
    certificates = List.copyOf(certificates);
  }

  /** Without any proxies but those of apt, or certificates but the machine's. */
  public DebianOptions(
      Path cache, Path root, List<URI> mirrors, List<Path> keyrings, InstantSource clock) {
    this(cache, root, mirrors, keyrings, clock, Map.of(), List.of());
  }

  /** Everything as this machine's apt has it. */
  public static DebianOptions ofMachine(Path cache) {
    return new DebianOptions(cache, Path.of("/"), List.of(), List.of(), InstantSource.system());
  }
}
