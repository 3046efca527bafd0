package linuxkit.packaging.git;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.FileFailure;

/**
 * The repositories around several folders, each opened once: most components of a system lie in the
 * same one. Safe for use by several threads.
 */
public final class GitRepositories implements AutoCloseable {
  // By work tree.
  private final Map<Path, GitRepository> opened = new HashMap<>();

  private final Map<String, String> environment;

  /**
   * Opens nothing yet.
   *
   * @param environment says where the user's settings of git are
   */
  public GitRepositories(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Returns the environment, which says where the user's settings of git are. */
  public Map<String, String> environment() {
    return environment;
  }

  /**
   * Returns the repository around a folder, which like in git is the one with the nearest {@code
   * .git} in the folder or above; empty if there is none. It is closed with this object.
   *
   * @throws linuxkit.base.Failure if it cannot be read
   */
  public synchronized Optional<GitRepository> around(Path folder) {
    try {
      for (Path at = folder.toRealPath(); at != null; at = at.getParent()) {
        GitRepository known = opened.get(at);
        if (known != null) {
          return Optional.of(known);
        }
        Optional<GitRepository> found = GitRepository.at(at, environment);
        if (found.isPresent()) {
          opened.put(at, found.get());
          return found;
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw FileFailure.of("cannot read the git repository of the folder", folder, e);
    }
  }

  @Override
  public synchronized void close() {
    opened.values().forEach(GitRepository::close);
    opened.clear();
  }
}
