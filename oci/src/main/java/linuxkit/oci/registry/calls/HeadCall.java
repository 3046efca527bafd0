package linuxkit.oci.registry.calls;

import java.net.URI;
import linuxkit.http.Request;
import linuxkit.http.Response;
import linuxkit.oci.registry.endpoint.Endpoint;

/**
 * Asks whether a manifest or blob exists (OCI distribution specification, "Checking if content
 * exists").
 */
public record HeadCall(Endpoint endpoint, URI uri, String accept) implements Call<Boolean> {
  public static HeadCall manifest(Endpoint endpoint, String tagOrDigest) {
    return new HeadCall(endpoint, endpoint.manifest(tagOrDigest), ManifestCall.ACCEPTED);
  }

  public static HeadCall blob(Endpoint endpoint, String digest) {
    return new HeadCall(endpoint, endpoint.blob(digest), "");
  }

  @Override
  public String action() {
    return "look for a manifest or blob";
  }

  @Override
  public Request request() {
    return Request.head(uri, endpoint.reference().toString()).accepting(accept);
  }

  @Override
  public boolean accepts(int status) {
    return status == 200 || status == 404;
  }

  @Override
  public Boolean read(Response response) {
    return response.status() == 200;
  }
}
