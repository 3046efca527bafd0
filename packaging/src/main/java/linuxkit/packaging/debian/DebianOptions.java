package linuxkit.packaging.debian;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import linuxkit.http.Urls;

/**
 * The archives of Debian packages, and the cache for downloads.
 *
 * @param cache a directory, created on the first download
 * @param root of the system whose apt configuration and keys are used, normally {@code /}
 * @param mirrors used instead of apt's sources, unless empty
 * @param keyrings key files used instead of apt's and the system's, unless empty
 * @param clock decides whether indexes and keys have expired
 * @param environment for {@code SSL_CERT_FILE}, and for proxies if apt has none
 * @param certificates PEM files with authorities to trust besides the machine's own
 * @param without parts of a release that are not used, by decision of the user
 */
public record DebianOptions(
    Path cache,
    Path root,
    List<URI> mirrors,
    List<Path> keyrings,
    InstantSource clock,
    Map<String, String> environment,
    List<Path> certificates,
    Set<Pocket> without) {
  /** A part of a release beside its main suite. */
  public enum Pocket {
    /** Corrections between point releases. */
    UPDATES,
    /** Security updates. */
    SECURITY;

    /** Returns the name by which users leave it out, such as {@code security}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the name of this part of a release, such as {@code trixie-security}. */
    String of(String release) {
      return release + "-" + label();
    }
  }

  public DebianOptions {
    mirrors =
        mirrors.stream()
            .map(uri -> uri.toString().endsWith("/") ? uri : URI.create(uri + "/"))
            .map(Urls::withoutLogin)
            .toList();
    keyrings = List.copyOf(keyrings);
    environment = Map.copyOf(environment);
    certificates = List.copyOf(certificates);
    without = Set.copyOf(without);
  }

  /** Uses no proxies except those of apt, and no certificates except the machine's. */
  public DebianOptions(
      Path cache, Path root, List<URI> mirrors, List<Path> keyrings, InstantSource clock) {
    this(cache, root, mirrors, keyrings, clock, Map.of(), List.of(), Set.of());
  }

  /** Uses the configuration of this machine's apt. */
  public static DebianOptions ofMachine(Path cache) {
    return new DebianOptions(cache, Path.of("/"), List.of(), List.of(), InstantSource.system());
  }
}
