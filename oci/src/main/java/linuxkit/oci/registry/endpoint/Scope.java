package linuxkit.oci.registry.endpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * The access that a token should allow (Docker's token authentication specification, "Requesting a
 * token").
 *
 * @param push whether to allow writing too
 * @param also another repository to allow reading, because blobs are mounted from it; empty for
 *     none
 */
public record Scope(boolean push, String also) {
  static final Scope PULL = new Scope(false, "");
  static final Scope PUSH = new Scope(true, "");

  public static Scope mounting(String from) {
    return new Scope(true, from);
  }

  /** Returns the scopes to request. */
  public List<String> scopes(String repository) {
    List<String> scopes = new ArrayList<>();
    scopes.add("repository:" + repository + (push ? ":pull,push" : ":pull"));
    if (!also.isEmpty()) {
      scopes.add("repository:" + also + ":pull");
    }
    return scopes;
  }
}
