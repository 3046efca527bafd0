package linuxkit.oci.registry;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is sent to a registry or its token service.
 *
 * @param accept the media types wanted; empty for any
 * @param from the first byte wanted of the content; empty for all of it
 * @param authorization the value of that header field, a secret
 * @param form what is posted, a secret
 * @param where the image it is for, to name it in failures
 */
record Request(
    Method method,
    URI uri,
    String accept,
    OptionalLong from,
    Optional<String> authorization,
    Optional<String> form,
    String where) {
  enum Method {
    GET,
    HEAD,
    POST
  }

  static Request get(URI uri, String where) {
    return new Request(
        Method.GET, uri, "", OptionalLong.empty(), Optional.empty(), Optional.empty(), where);
  }

  static Request head(URI uri, String where) {
    return new Request(
        Method.HEAD, uri, "", OptionalLong.empty(), Optional.empty(), Optional.empty(), where);
  }

  static Request post(URI uri, String form, String where) {
    return new Request(
        Method.POST, uri, "", OptionalLong.empty(), Optional.empty(), Optional.of(form), where);
  }

  Request accepting(String mediaTypes) {
    return new Request(method, uri, mediaTypes, from, authorization, form, where);
  }

  Request startingAt(long offset) {
    OptionalLong start = offset == 0 ? OptionalLong.empty() : OptionalLong.of(offset);
    return new Request(method, uri, accept, start, authorization, form, where);
  }

  Request authorizedBy(Optional<String> value) {
    return new Request(method, uri, accept, from, value, form, where);
  }

  /** The same, sent elsewhere. */
  Request to(URI other) {
    return new Request(method, other, accept, from, authorization, form, where);
  }

  byte[] body() {
    return form.orElse("").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return method + " " + Addresses.shown(uri);
  }
}
