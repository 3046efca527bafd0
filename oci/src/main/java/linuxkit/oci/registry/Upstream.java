package linuxkit.oci.registry;

import java.net.URI;
import java.net.URISyntaxException;
import linuxkit.oci.Reference;

/**
 * Where an image is fetched from or brought to: its registry, or the mirror in its place.
 *
 * @param root scheme and authority, without a path
 * @param repository the path within that registry, a mirror's prefix included
 * @param reference the name the person knows the image by
 */
record Upstream(URI root, String repository, Reference reference, Access access) {
  private static final String DOCKER_HUB_HOST = "registry-1.docker.io";

  /**
   * The registry that the name says.
   *
   * @throws RegistryFailure.Unreachable when that is the name of no host
   */
  static Upstream of(Reference reference) {
    String authority = isHub(reference) ? DOCKER_HUB_HOST : reference.registry();
    String scheme = Hosts.isLocal(Hosts.withoutPort(authority)) ? "http" : "https";
    try {
      URI root = new URI(scheme + "://" + authority);
      if (Addresses.hasHost(root)) {
        return new Upstream(root, repository(reference), reference, Access.PULL);
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
    return Hosts.canonical(reference.registry()).equals(Hosts.DOCKER_HUB);
  }

  /** The same, to do something else there. */
  Upstream with(Access other) {
    return new Upstream(root, repository, reference, other);
  }

  String scheme() {
    return root.getScheme();
  }

  /** With the port where one is given. */
  String authority() {
    return root.getRawAuthority();
  }

  String host() {
    return Hosts.withoutPort(authority());
  }

  /** Whether a password may go there: over TLS, or without leaving this machine. */
  boolean maySeeSecrets() {
    return scheme().equals("https") || Hosts.isLoopback(host());
  }

  /** Of a manifest, by tag or digest (OCI distribution specification, "Pulling manifests"). */
  URI manifest(String tagOrDigest) {
    return root.resolve("/v2/" + repository + "/manifests/" + tagOrDigest);
  }

  /** Where an upload begins (OCI distribution specification, "Pushing blobs"). */
  URI uploads(String query) {
    return root.resolve("/v2/" + repository + "/blobs/uploads/" + query);
  }

  /** Of what refers to a manifest (OCI distribution specification, "Listing Referrers"). */
  URI referrers(String digest) {
    return root.resolve("/v2/" + repository + "/referrers/" + digest);
  }

  /** Of a blob (OCI distribution specification, "Pulling blobs"). */
  URI blob(String digest) {
    return root.resolve("/v2/" + repository + "/blobs/" + digest);
  }
}
