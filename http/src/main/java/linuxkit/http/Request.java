package linuxkit.http;

import java.net.URI;
import java.util.Optional;

/**
 * A request to a registry or its token service.
 *
 * @param accept the accepted media types; empty for any
 * @param range the value of the {@code Range} field, for a part of the content; empty for all of it
 * @param authorization the value of the {@code Authorization} field, a secret
 * @param where the image that the request is for, for failures
 */
public record Request(
    Method method,
    URI uri,
    String accept,
    String range,
    Optional<String> authorization,
    Optional<RequestBody> body,
    String where) {
  public enum Method {
    GET,
    HEAD,
    POST,
    PATCH,
    PUT
  }

  public static Request get(URI uri, String where) {
    return of(Method.GET, uri, Optional.empty(), where);
  }

  public static Request head(URI uri, String where) {
    return of(Method.HEAD, uri, Optional.empty(), where);
  }

  public static Request send(Method method, URI uri, RequestBody body, String where) {
    return of(method, uri, Optional.of(body), where);
  }

  private static Request of(Method method, URI uri, Optional<RequestBody> body, String where) {
    return new Request(method, uri, "", "", Optional.empty(), body, where);
  }

  /** Returns whether the request sends nothing but its URL and header. */
  boolean isReading() {
    return body.isEmpty();
  }

  public Request accepting(String mediaTypes) {
    return new Request(method, uri, mediaTypes, range, authorization, body, where);
  }

  /**
   * Returns this request for a range of bytes.
   *
   * @param first the first byte, from 0
   * @param last the last byte, inclusive; negative for all to the end
   */
  public Request ranging(long first, long last) {
    boolean whole = first == 0 && last < 0;
    String field = whole ? "" : "bytes=" + first + "-" + (last < 0 ? "" : last);
    return new Request(method, uri, accept, field, authorization, body, where);
  }

  public Request authorizedBy(Optional<String> value) {
    return new Request(method, uri, accept, range, value, body, where);
  }

  /** Returns this request with another URL. */
  Request to(URI other) {
    return new Request(method, other, accept, range, authorization, body, where);
  }

  @Override
  public String toString() {
    return method + " " + Urls.shown(uri);
  }
}
