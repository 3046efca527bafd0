package linuxkit.oci.registry;

import java.net.URI;

/**
 * Asks whether something is there (OCI distribution specification, "Checking if content exists").
 */
record HeadCall(Upstream upstream, URI uri, String accept) implements Call<Boolean> {
  static HeadCall manifest(Upstream upstream, String tagOrDigest) {
    return new HeadCall(upstream, upstream.manifest(tagOrDigest), ManifestCall.ACCEPTED);
  }

  static HeadCall blob(Upstream upstream, String digest) {
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
  public Boolean read(Answer answer) {
    return answer.status() == 200;
  }
}
