package linuxkit.engine.lock.update;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.engine.BuildRequest;
import linuxkit.engine.Permissions;
import linuxkit.engine.RequestFailure;

/**
 * Manifests whose references are locked.
 *
 * @param manifests as in {@link BuildRequest}
 * @param file the lock file; empty for the one beside the last manifest
 */
public record LockRequest(List<String> manifests, Optional<Path> file, Permissions permissions) {
  /**
   * @throws RequestFailure if there is no manifest, or no place for the lock file
   */
  public LockRequest {
    manifests = List.copyOf(manifests);
    if (manifests.isEmpty()) {
      throw new RequestFailure("no manifest is given", "name at least one");
    }
    if (file.isEmpty() && BuildRequest.lockFile(manifests).isEmpty()) {
      throw new RequestFailure(
          "no lock file lies beside " + manifests.getLast() + ", which is not a file",
          "name one with --lock FILE");
    }
  }

  /** Returns the lock file, which may be missing. */
  public Path lock() {
    return file.or(() -> BuildRequest.lockFile(manifests)).orElseThrow();
  }
}
