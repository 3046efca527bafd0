package linuxkit.oci.registry;

/**
 * Asks whether there is a manifest (OCI distribution specification, "Checking if content exists").
 */
record ExistsCall(Upstream upstream, String tagOrDigest) implements Call<Boolean> {
  @Override
  public Request request() {
    return Request.head(upstream.manifest(tagOrDigest), upstream.reference().toString())
        .accepting(ManifestCall.ACCEPTED);
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
