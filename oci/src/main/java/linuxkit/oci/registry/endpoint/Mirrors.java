package linuxkit.oci.registry.endpoint;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import linuxkit.http.Urls;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import org.jspecify.annotations.Nullable;

/**
 * Registries that replace others. All reads go to the mirror; if it lacks an image, the registry
 * itself is asked only {@linkplain #withFallback on request}.
 */
public final class Mirrors {
  private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*/*");
  private static final Pattern LOGIN = Pattern.compile("//[^/]*@");
  private static final int MAX_LENGTH = 1024;
  private static final String EVERY_OTHER = "*";

  private final Map<String, URI> byRegistry;
  private final boolean fallback;
  private final boolean writes;

  private Mirrors(Map<String, URI> byRegistry, boolean fallback, boolean writes) {
    this.byRegistry = Collections.unmodifiableMap(byRegistry);
    this.fallback = fallback;
    this.writes = writes;
  }

  public static Mirrors none() {
    return new Mirrors(new TreeMap<>(), false, false);
  }

  /**
   * Reads specifications of the form {@code [registry=]http(s)://host[/path]}. The last one for a
   * registry wins. Without a registry, a mirror is for all registries that have no mirror of their
   * own; {@code docker.io} includes all names of Docker Hub.
   *
   * @throws RegistryFailure.Misconfigured if one is malformed
   */
  public static Mirrors parse(List<String> specifications) {
    Map<String, URI> mirrors = new TreeMap<>();
    for (String specification : specifications) {
      String registry = EVERY_OTHER;
      String url = specification;
      int equals = specification.indexOf('=');
      if (equals >= 0 && !specification.substring(0, equals).contains("://")) {
        registry = registry(specification, specification.substring(0, equals));
        url = specification.substring(equals + 1);
      }
      mirrors.put(registry, url(specification, url));
    }
    return new Mirrors(mirrors, false, false);
  }

  /**
   * Reads the specifications of {@code LINUXKIT_MIRROR}, then those of the flags.
   *
   * @param environment specifications separated by commas or spaces; may be empty
   */
  public static Mirrors parse(String environment, List<String> flags) {
    List<String> all = new ArrayList<>();
    for (String part : environment.split("[,\\s]+", -1)) {
      if (!part.isEmpty()) {
        all.add(part);
      }
    }
    all.addAll(flags);
    return parse(all);
  }

  /**
   * Returns these mirrors with a fallback: if a mirror lacks an image, the registry itself is
   * asked.
   */
  public Mirrors withFallback() {
    return new Mirrors(byRegistry, true, writes);
  }

  /** Returns these mirrors for pushing as well as for reading. */
  public Mirrors forWrites() {
    return new Mirrors(byRegistry, fallback, true);
  }

  /**
   * Returns the endpoints to read an image from. Each is tried if the one before it lacks the
   * image.
   */
  public List<Endpoint> sources(Reference reference) {
    Endpoint first = mirror(reference);
    boolean itself = first.root().equals(Endpoint.of(reference).root());
    return fallback && !itself ? List.of(first, Endpoint.of(reference)) : List.of(first);
  }

  /** Returns the endpoint to push an image to. */
  public Endpoint target(Reference reference) {
    Endpoint itself = Endpoint.of(reference);
    Endpoint mirror = mirror(reference);
    // A mirror with the registry's own host and path only sets the scheme, so it also applies to
    // pushing.
    boolean same =
        mirror.authority().equals(itself.authority())
            && mirror.repository().equals(itself.repository());
    return (writes || same ? mirror : itself).with(Scope.PUSH);
  }

  private Endpoint mirror(Reference reference) {
    @Nullable URI own = byRegistry.get(RegistryHosts.canonical(reference.registry()));
    @Nullable URI mirror = own == null ? byRegistry.get(EVERY_OTHER) : own;
    if (mirror == null) {
      return Endpoint.of(reference);
    }
    String repository = Endpoint.repository(reference);
    String prefix = mirror.getRawPath();
    return new Endpoint(
        URI.create(mirror.getScheme() + "://" + mirror.getRawAuthority()),
        prefix.isEmpty() ? repository : prefix.substring(1) + "/" + repository,
        reference,
        Scope.PULL);
  }

  private static String registry(String specification, String text) {
    String registry = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    if (registry.isEmpty() || registry.contains("/")) {
      throw malformed(specification, "\"" + text + "\" is not a registry");
    }
    return registry.equals(EVERY_OTHER) ? registry : RegistryHosts.canonical(registry);
  }

  private static URI url(String specification, String text) {
    if (text.length() > MAX_LENGTH) {
      throw malformed(text.substring(0, 60) + "…", "the specification is too long");
    }
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw malformed(specification, "the URL is malformed");
    }
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw malformed(specification, "the URL does not begin with http:// or https://");
    }
    if (url.getRawUserInfo() != null) {
      throw malformed(
          specification, "the URL must not contain a login; put it into Docker's config.json");
    }
    if (!Urls.hasHost(url) || url.getRawQuery() != null || url.getRawFragment() != null) {
      throw malformed(specification, "the URL is not a host and a path");
    }
    String path = url.getRawPath();
    if (!PATH.matcher(path).matches()) {
      throw malformed(specification, "\"" + path + "\" is not a path within a registry");
    }
    return URI.create(
        scheme
            + "://"
            + url.getRawAuthority().toLowerCase(Locale.ROOT)
            + path.replaceAll("/+$", ""));
  }

  private static RegistryFailure malformed(String specification, String why) {
    return new RegistryFailure.Misconfigured(
        "invalid mirror \"" + LOGIN.matcher(specification).replaceAll("//…@") + "\": " + why,
        "",
        "write it as [registry=]http(s)://host[/path]",
        null);
  }
}
