package linuxkit.oci.registry.calls;

import linuxkit.http.Request;
import linuxkit.http.Response;
import linuxkit.oci.Descriptor;
import linuxkit.oci.registry.endpoint.Endpoint;

/**
 * Asks whether a registry supports range requests for a blob, by requesting its first byte (RFC
 * 9110, 14.2).
 */
public record RangeCall(Endpoint endpoint, Descriptor blob) implements Call<Boolean> {
  @Override
  public String action() {
    return "check for range requests";
  }

  @Override
  public Request request() {
    return Request.get(endpoint.blob(blob.digest().toString()), endpoint.reference().toString())
        .ranging(0, 0);
  }

  @Override
  public boolean accepts(int status) {
    return status == 206 || status == 200 || status == 416;
  }

  @Override
  public Boolean read(Response response) {
    String range = response.header("content-range").orElse("");
    return response.status() == 206 && range.equals("bytes 0-0/" + blob.size());
  }
}
