package linuxkit.packaging.dockerfile;

import java.util.List;
import java.util.Optional;

/**
 * The keys of a {@code build.yml} that concern its Dockerfile.
 *
 * @param dockerfile its path in the component's folder
 * @param network whether its commands may use the network
 * @param disableCache whether nothing of an earlier build is used
 * @param buildArgs as written: {@code NAME=VALUE}, where the value may stand for other components
 */
public record DockerfileKeys(
    String dockerfile,
    boolean network,
    boolean disableCache,
    List<String> buildArgs,
    Depends depends) {
  public DockerfileKeys {
    buildArgs = List.copyOf(buildArgs);
  }

  /**
   * The images that are put into the context as archives of {@code docker save} (the key {@code
   * depends: docker-images}).
   *
   * @param fromFile a file of the folder with an image on each line
   * @param target the file of the context for all of them
   * @param targetDir the directory of the context for one file each
   */
  public record Depends(
      Optional<String> fromFile,
      List<String> list,
      Optional<String> target,
      Optional<String> targetDir) {
    /** Without any image. */
    public static final Depends NONE =
        new Depends(Optional.empty(), List.of(), Optional.empty(), Optional.empty());

    public Depends {
      list = List.copyOf(list);
    }

    /** Returns whether there may be an image. */
    public boolean isGiven() {
      return fromFile.isPresent() || !list.isEmpty();
    }
  }

  /** Returns the keys with other values of those that flags override. */
  public DockerfileKeys with(
      Optional<String> otherFile, Optional<Boolean> otherNetwork, Optional<Boolean> noCache) {
    return new DockerfileKeys(
        otherFile.orElse(dockerfile),
        otherNetwork.orElse(network),
        noCache.orElse(disableCache),
        buildArgs,
        depends);
  }
}
