package linuxkit.oci.registry.calls;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.http.HttpFailure;
import linuxkit.http.Request;
import linuxkit.http.Response;
import linuxkit.http.Urls;
import linuxkit.oci.Referrer;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.Endpoint;
import linuxkit.oci.store.ImageStore;

/**
 * Fetches one page of the list of manifests that refer to a manifest (OCI distribution
 * specification, "Listing Referrers").
 */
public record ReferrersCall(Endpoint endpoint, URI uri) implements Call<ReferrersCall.Page> {
  // RFC 8288, as far as registries use it.
  private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next\"?");

  /**
   * @param next the URL of the next page
   * @param supported whether the registry supports the referrers API
   */
  public record Page(List<Referrer> referrers, Optional<URI> next, boolean supported) {}

  @Override
  public String action() {
    return "list referrers";
  }

  @Override
  public Request request() {
    return Request.get(uri, where()).accepting(ManifestCall.ACCEPTED);
  }

  @Override
  public boolean accepts(int status) {
    return status == 200 || status == 404;
  }

  @Override
  public Page read(Response response) throws IOException {
    if (response.status() == 404) {
      return new Page(List.of(), Optional.empty(), false);
    }
    byte[] content =
        response
            .content(ImageStore.MAX_DOCUMENT)
            .orElseThrow(
                () ->
                    new RegistryFailure.WrongContent(
                        "the content of "
                            + Urls.shown(response.uri())
                            + " is longer than "
                            + ImageStore.MAX_DOCUMENT
                            + " bytes",
                        where(),
                        ""));
    return new Page(Referrer.parseAll(content, where() + ", referrers"), next(response), true);
  }

  /**
   * Returns the URL of the next page. It must be on the same server because a login goes with the
   * request.
   */
  private Optional<URI> next(Response response) {
    Matcher link = NEXT.matcher(response.header("link").orElse(""));
    if (!link.find()) {
      return Optional.empty();
    }
    try {
      URI next = uri.resolve(link.group(1));
      if (next.getHost() != null && Urls.sameOrigin(endpoint.root(), next)) {
        return Optional.of(next);
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    throw new HttpFailure.Refused(
        "the next page of " + Urls.shown(uri) + " is on another server", where(), "");
  }

  private String where() {
    return endpoint.reference().toString();
  }
}
