package linuxkit.oci.registry.endpoint;

import java.net.URI;
import java.net.URISyntaxException;
import linuxkit.http.Hosts;
import linuxkit.http.Urls;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;

/**
 * The place that an image is pulled from or pushed to: its registry or a mirror.
 *
 * @param root scheme and authority, without a path
 * @param repository the path within that registry, including a mirror's prefix
 * @param reference the image's name as the user gave it
 */
public record Endpoint(URI root, String repository, Reference reference, Scope scope) {
  private static final String DOCKER_HUB_HOST = "registry-1.docker.io";

  /**
   * Returns the endpoint at the registry that the reference names.
   *
   * @throws RegistryFailure.Unreachable if the registry is not a valid host name
   */
  static Endpoint of(Reference reference) {
    String authority = isHub(reference) ? DOCKER_HUB_HOST : reference.registry();
    String scheme = Hosts.isLoopback(Hosts.withoutPort(authority)) ? "http" : "https";
    try {
      URI root = new URI(scheme + "://" + authority);
      if (Urls.hasHost(root)) {
        return new Endpoint(root, repository(reference), reference, Scope.PULL);
      }
    } catch (URISyntaxException _) {
      // Reported below.
    }
    throw new RegistryFailure.Unreachable(
        "registry " + authority + " is not a valid host, with or without a port",
        reference.toString(),
        "check the name of the image",
        null);
  }

  /** Returns the path within the registry that the reference names, or within a mirror of it. */
  static String repository(Reference reference) {
    String repository = reference.repository();
    return isHub(reference) && repository.indexOf('/') < 0 ? "library/" + repository : repository;
  }

  private static boolean isHub(Reference reference) {
    return RegistryHosts.canonical(reference.registry()).equals(RegistryHosts.DOCKER_HUB);
  }

  /** Returns this endpoint with another scope. */
  public Endpoint with(Scope other) {
    return new Endpoint(root, repository, reference, other);
  }

  public String scheme() {
    return root.getScheme();
  }

  /** Returns the host, with a port if one is given. */
  public String authority() {
    return root.getRawAuthority();
  }

  /** The host, without a port. */
  public String host() {
    return Hosts.withoutPort(authority());
  }

  /** Returns whether a password may be sent there: over TLS, or without leaving this machine. */
  public boolean maySeeSecrets() {
    return scheme().equals("https") || Hosts.isLoopback(host());
  }

  /**
   * Returns the URL of a manifest, by tag or digest (OCI distribution specification, "Pulling
   * manifests").
   */
  public URI manifest(String tagOrDigest) {
    return root.resolve("/v2/" + repository + "/manifests/" + tagOrDigest);
  }

  /**
   * Returns the URL at which an upload begins (OCI distribution specification, "Pushing blobs").
   */
  public URI uploads(String query) {
    return root.resolve("/v2/" + repository + "/blobs/uploads/" + query);
  }

  /**
   * Returns the URL of the manifests that refer to a manifest (OCI distribution specification,
   * "Listing Referrers").
   */
  public URI referrers(String digest) {
    return root.resolve("/v2/" + repository + "/referrers/" + digest);
  }

  /** Returns the URL of a blob (OCI distribution specification, "Pulling blobs"). */
  public URI blob(String digest) {
    return root.resolve("/v2/" + repository + "/blobs/" + digest);
  }
}
