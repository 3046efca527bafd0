package linuxkit.oci.registry.endpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * What a token is to allow (Docker's token authentication specification, "Requesting a token").
 *
 * @param push whether to write too
 * @param also another repository, to be read from, whose blobs are mounted; empty for none
 */
public record Scope(boolean push, String also) {
  static final Scope PULL = new Scope(false, "");
  static final Scope PUSH = new Scope(true, "");

  public static Scope mounting(String from) {
    return new Scope(true, from);
  }

  /** The scopes to ask for. */
  public List<String> scopes(String repository) {
    List<String> scopes = new ArrayList<>();
    scopes.add("repository:" + repository + (push ? ":pull,push" : ":pull"));
    if (!also.isEmpty()) {
      scopes.add("repository:" + also + ":pull");
    }
    return scopes;
  }
}
