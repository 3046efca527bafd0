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

/** One page of what refers to a manifest (OCI distribution specification, "Listing Referrers"). */
public record ReferrersCall(Endpoint upstream, URI uri) implements Call<ReferrersCall.Page> {
  // RFC 8288, as far as registries use it.
  private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next\"?");

  /**
   * @param next where the rest is
   * @param known whether the registry knows of referrers at all
   */
  public record Page(List<Referrer> referrers, Optional<URI> next, boolean known) {}

  @Override
  public Request request() {
    return Request.get(uri, where()).accepting(ManifestCall.ACCEPTED);
  }

  @Override
  public boolean accepts(int status) {
    return status == 200 || status == 404;
  }

  @Override
  public Page read(Response answer) throws IOException {
    if (answer.status() == 404) {
      return new Page(List.of(), Optional.empty(), false);
    }
    byte[] content =
        answer
            .content(ImageStore.MAX_DOCUMENT)
            .orElseThrow(
                () ->
                    new RegistryFailure.WrongContent(
                        "what comes from "
                            + Urls.shown(answer.uri())
                            + " is longer than "
                            + ImageStore.MAX_DOCUMENT
                            + " bytes",
                        where(),
                        ""));
    return new Page(Referrer.parseAll(content, where() + ", referrers"), next(answer), true);
  }

  /** A login goes with the request for the next page, so it must be the same server's. */
  private Optional<URI> next(Response answer) {
    Matcher link = NEXT.matcher(answer.header("link").orElse(""));
    if (!link.find()) {
      return Optional.empty();
    }
    try {
      URI next = uri.resolve(link.group(1));
      if (next.getHost() != null && Urls.sameOrigin(upstream.root(), next)) {
        return Optional.of(next);
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new HttpFailure.Refused(
        "the next page of " + Urls.shown(uri) + " is on another server", where(), "");
  }

  private String where() {
    return upstream.reference().toString();
  }
}
