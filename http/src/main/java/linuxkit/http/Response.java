package linuxkit.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A server's response. The receiver closes it.
 *
 * @param uri the URL that answered, after all redirects
 * @param foreign whether a redirect led away from the request's origin
 */
public record Response(URI uri, boolean foreign, int status, HttpHeaders headers, BodyStream body)
    implements AutoCloseable {
  static Response of(HttpResponse<BodyStream> response, boolean foreign) {
    return new Response(
        response.uri(), foreign, response.statusCode(), response.headers(), response.body());
  }

  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** Returns the announced length of the body in bytes; empty if it is missing or not a number. */
  public OptionalLong length() {
    try {
      return headers.firstValueAsLong("content-length");
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Returns the media type without its parameters, in lower case; empty if it is missing. */
  public String mediaType() {
    String type = header("content-type").orElse("");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the whole body. Returns empty if it is longer than {@code limit} bytes.
   *
   * @throws HttpTimeoutException if it takes longer than documents should
   */
  public Optional<byte[]> content(int limit) throws IOException {
    body.endLikeADocument();
    byte[] content = body.readNBytes(limit + 1);
    return content.length > limit ? Optional.empty() : Optional.of(content);
  }

  @Override
  public void close() {
    body.close();
  }
}
