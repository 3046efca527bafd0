package linuxkit.oci.registry.endpoint;

import java.net.URI;
import java.net.URISyntaxException;
import linuxkit.http.Hosts;
import linuxkit.http.Urls;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;

/**
 * Where an image is fetched from or brought to: its registry, or the mirror in its place.
 *
 * @param root scheme and authority, without a path
 * @param repository the path within that registry, a mirror's prefix included
 * @param reference the name the person knows the image by
 */
public record Endpoint(URI root, String repository, Reference reference, Scope scope) {
  private static final String DOCKER_HUB_HOST = "registry-1.docker.io";

  /**
   * The registry that the name says.
   *
   * @throws RegistryFailure.Unreachable when that is the name of no host
   */
  static Endpoint of(Reference reference) {
    String authority = isHub(reference) ? DOCKER_HUB_HOST : reference.registry();
    String scheme = RegistryHosts.isLocal(Hosts.withoutPort(authority)) ? "http" : "https";
    try {
      URI root = new URI(scheme + "://" + authority);
      if (Urls.hasHost(root)) {
        return new Endpoint(root, repository(reference), reference, Scope.PULL);
      }
    } catch (URISyntaxException _) {
      // Said below.
    }
    throw new RegistryFailure.Unreachable(
        "registry " + authority + " is not the name of a host, with or without a port",
        reference.toString(),
        "check the name of the image",
        null);
  }

  /** The path within the registry that the name says, or within a mirror of it. */
  static String repository(Reference reference) {
    String repository = reference.repository();
    return isHub(reference) && repository.indexOf('/') < 0 ? "library/" + repository : repository;
  }

  private static boolean isHub(Reference reference) {
    return RegistryHosts.canonical(reference.registry()).equals(RegistryHosts.DOCKER_HUB);
  }

  /** The same, to do something else there. */
  public Endpoint with(Scope other) {
    return new Endpoint(root, repository, reference, other);
  }

  public String scheme() {
    return root.getScheme();
  }

  /** With the port where one is given. */
  public String authority() {
    return root.getRawAuthority();
  }

  String host() {
    return Hosts.withoutPort(authority());
  }

  /** Whether a password may go there: over TLS, or without leaving this machine. */
  public boolean maySeeSecrets() {
    return scheme().equals("https") || Hosts.isLoopback(host());
  }

  /** Of a manifest, by tag or digest (OCI distribution specification, "Pulling manifests"). */
  public URI manifest(String tagOrDigest) {
    return root.resolve("/v2/" + repository + "/manifests/" + tagOrDigest);
  }

  /** Where an upload begins (OCI distribution specification, "Pushing blobs"). */
  public URI uploads(String query) {
    return root.resolve("/v2/" + repository + "/blobs/uploads/" + query);
  }

  /** Of what refers to a manifest (OCI distribution specification, "Listing Referrers"). */
  public URI referrers(String digest) {
    return root.resolve("/v2/" + repository + "/referrers/" + digest);
  }

  /** Of a blob (OCI distribution specification, "Pulling blobs"). */
  public URI blob(String digest) {
    return root.resolve("/v2/" + repository + "/blobs/" + digest);
  }
}
