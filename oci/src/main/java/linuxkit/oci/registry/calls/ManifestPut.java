package linuxkit.oci.registry.calls;

import java.util.Optional;
import linuxkit.http.Request;
import linuxkit.http.RequestBody;
import linuxkit.http.Response;
import linuxkit.oci.Digest;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.Endpoint;

/**
 * Brings an index or a manifest to a registry (OCI distribution specification, "Pushing
 * Manifests"). The answer is whether the registry keeps the list of what refers to a subject by
 * itself ("Pushing Manifests with Subject").
 */
public record ManifestPut(Endpoint upstream, String tagOrDigest, FetchedDocument document)
    implements Call<Boolean> {
  @Override
  public Request request() {
    return Request.send(
        Request.Method.PUT,
        upstream.manifest(tagOrDigest),
        RequestBody.of(document.descriptor().mediaType(), document.bytes()),
        upstream.reference().toString());
  }

  @Override
  public boolean accepts(int status) {
    return status == 201 || status == 200 || status == 202 || status == 204;
  }

  @Override
  public Boolean read(Response answer) {
    Digest own = document.descriptor().digest();
    Optional<Digest> stored = answer.header("docker-content-digest").flatMap(Digest::parse);
    if (stored.isPresent()
        && stored.get().algorithm().equals(own.algorithm())
        && !stored.get().equals(own)) {
      throw new RegistryFailure.WrongContent(
          "registry " + upstream.authority() + " stored " + stored.get() + " in place of " + own,
          upstream.reference().toString(),
          "the registry changes what it is given; use another one");
    }
    return answer.header("oci-subject").isPresent();
  }
}
