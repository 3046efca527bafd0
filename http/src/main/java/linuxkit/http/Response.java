package linuxkit.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a server said. Whoever has it closes it.
 *
 * @param uri what answered in the end
 * @param foreign whether a redirect led to another origin than the one that was asked
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

  /** The announced length of the body in bytes; empty when there is none or it is no number. */
  public OptionalLong length() {
    try {
      return headers.firstValueAsLong("content-length");
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** The media type without its parameters, in lower case; empty when there is none. */
  public String mediaType() {
    String type = header("content-type").orElse("");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  /** The whole body, or empty when it is longer than {@code limit} bytes. */
  public Optional<byte[]> content(int limit) throws IOException {
    byte[] content = body.readNBytes(limit + 1);
    return content.length > limit ? Optional.empty() : Optional.of(content);
  }

  @Override
  public void close() {
    body.close();
  }
}
