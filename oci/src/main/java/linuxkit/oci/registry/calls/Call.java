package linuxkit.oci.registry.calls;

import java.io.IOException;
import linuxkit.http.Request;
import linuxkit.http.Response;

/**
 * One kind of request to a registry: how to send it and how to read the response. {@link Caller}
 * does everything that all calls have in common.
 */
public interface Call<T> {
  /**
   * Returns what the call does, for failures: a verb with its object, such as "fetch a blob", to
   * which its URL is added.
   */
  String action();

  /** Returns the request. It is called again for each attempt. */
  Request request();

  /** Returns whether {@link #read} can use a response with that status. */
  default boolean accepts(int status) {
    return status == 200;
  }

  /**
   * Reads the result from a response.
   *
   * @throws IOException if the response is cut off, so that another attempt may help
   */
  T read(Response response) throws IOException;

  /**
   * Returns whether enough was received since the last call of this method to reset the count of
   * failed attempts.
   */
  default boolean hasProgressed() {
    return false;
  }
}
