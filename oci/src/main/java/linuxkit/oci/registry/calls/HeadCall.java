package linuxkit.oci.registry.calls;

import java.net.URI;
import linuxkit.http.Request;
import linuxkit.http.Response;
import linuxkit.oci.registry.endpoint.Endpoint;

/**
 * Asks whether something is there (OCI distribution specification, "Checking if content exists").
 */
public record HeadCall(Endpoint upstream, URI uri, String accept) implements Call<Boolean> {
  public static HeadCall manifest(Endpoint upstream, String tagOrDigest) {
    return new HeadCall(upstream, upstream.manifest(tagOrDigest), ManifestCall.ACCEPTED);
  }

  public static HeadCall blob(Endpoint upstream, String digest) {
    return new HeadCall(upstream, upstream.blob(digest), "");
  }

  @Override
  public Request request() {
    return Request.head(uri, upstream.reference().toString()).accepting(accept);
  }

  @Override
  public boolean accepts(int status) {
    return status == 200 || status == 404;
  }

  @Override
  public Boolean read(Response answer) {
    return answer.status() == 200;
  }
}
