package linuxkit.oci.registry.calls;

import java.util.Optional;
import linuxkit.http.Request;
import linuxkit.http.RequestBody;
import linuxkit.http.Response;
import linuxkit.oci.Digest;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.Endpoint;

/**
 * Pushes an index or a manifest to a registry (OCI distribution specification, "Pushing
 * Manifests"). The result is whether the registry maintains the list of referrers itself ("Pushing
 * Manifests with Subject").
 */
public record ManifestPut(Endpoint endpoint, String tagOrDigest, FetchedDocument document)
    implements Call<Boolean> {
  @Override
  public String action() {
    return "push a manifest";
  }

  @Override
  public Request request() {
    return Request.send(
        Request.Method.PUT,
        endpoint.manifest(tagOrDigest),
        RequestBody.of(document.descriptor().mediaType(), document.bytes()),
        endpoint.reference().toString());
  }

  @Override
  public boolean accepts(int status) {
    return status == 201 || status == 200 || status == 202 || status == 204;
  }

  @Override
  public Boolean read(Response response) {
    Digest own = document.descriptor().digest();
    Optional<Digest> stored = response.header("docker-content-digest").flatMap(Digest::parse);
    if (stored.isPresent()
        && stored.get().algorithm().equals(own.algorithm())
        && !stored.get().equals(own)) {
      throw new RegistryFailure.WrongContent(
          "registry " + endpoint.authority() + " stored " + stored.get() + " instead of " + own,
          endpoint.reference().toString(),
          "the registry changes manifests; use another one");
    }
    return response.header("oci-subject").isPresent();
  }
}
