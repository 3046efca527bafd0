package linuxkit.oci.registry.calls;

import linuxkit.http.Request;
import linuxkit.http.Response;
import linuxkit.oci.Descriptor;
import linuxkit.oci.registry.endpoint.Endpoint;

/** Asks whether a registry gives parts of a blob, by its first byte (RFC 9110, 14.2). */
public record RangeCall(Endpoint upstream, Descriptor blob) implements Call<Boolean> {
  @Override
  public Request request() {
    return Request.get(upstream.blob(blob.digest().toString()), upstream.reference().toString())
        .ranging(0, 0);
  }

  @Override
  public boolean accepts(int status) {
    return status == 206 || status == 200 || status == 416;
  }

  @Override
  public Boolean read(Response answer) {
    String range = answer.header("content-range").orElse("");
    return answer.status() == 206 && range.equals("bytes 0-0/" + blob.size());
  }
}
