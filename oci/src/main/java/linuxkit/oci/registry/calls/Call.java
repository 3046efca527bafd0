package linuxkit.oci.registry.calls;

import java.io.IOException;
import linuxkit.http.Request;
import linuxkit.http.Response;

/**
 * One kind of request to a registry: what is sent, and what is made of the answer. Everything that
 * all of them have in common is the {@link Caller}'s.
 */
public interface Call<T> {
  /** What to send; asked anew for each try. */
  Request request();

  /** Whether an answer with that status is for {@link #read}. */
  default boolean accepts(int status) {
    return status == 200;
  }

  /**
   * @throws IOException when the answer breaks off, which is worth another try
   */
  T read(Response answer) throws IOException;

  /** Whether so much has come since the last time this was asked that the tries count anew. */
  default boolean hasProgressed() {
    return false;
  }
}
