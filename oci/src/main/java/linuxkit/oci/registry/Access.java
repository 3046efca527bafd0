package linuxkit.oci.registry;

import java.util.ArrayList;
import java.util.List;

/**
 * What a token is to allow (Docker's token authentication specification, "Requesting a token").
 *
 * @param push whether to write too
 * @param also another repository, to be read from, whose blobs are mounted; empty for none
 */
record Access(boolean push, String also) {
  static final Access PULL = new Access(false, "");
  static final Access PUSH = new Access(true, "");

  static Access mounting(String from) {
    return new Access(true, from);
  }

  /** The scopes to ask for. */
  List<String> scopes(String repository) {
    List<String> scopes = new ArrayList<>();
    scopes.add("repository:" + repository + (push ? ":pull,push" : ":pull"));
    if (!also.isEmpty()) {
      scopes.add("repository:" + also + ":pull");
    }
    return scopes;
  }
}
