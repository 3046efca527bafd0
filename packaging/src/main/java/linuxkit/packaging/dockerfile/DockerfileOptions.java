package linuxkit.packaging.dockerfile;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The flags that say how a Dockerfile is built.
 *
 * @param dockerfile {@code --dockerfile}: overrides the definition
 * @param network {@code --network} or {@code --nonetwork}: overrides the definition
 * @param disableCache {@code --disable-cache} or {@code --enable-cache}: overrides the definition
 * @param argumentFiles {@code --build-arg-file}; later ones override earlier ones
 * @param ignoreStored {@code --ignore-cached}: whether images of the store are not used as bases
 * @param prefetch {@code --precache-images}: whether bases are pulled into the store first
 * @param verifiedBases whether builders get every base from the store, which has verified it, and
 *     fetch none themselves
 * @param labels further labels of every image
 */
public record DockerfileOptions(
    Optional<String> dockerfile,
    Optional<Boolean> network,
    Optional<Boolean> disableCache,
    List<Path> argumentFiles,
    boolean ignoreStored,
    boolean prefetch,
    boolean verifiedBases,
    SortedMap<String, String> labels) {
  /** Without any flag. */
  public static final DockerfileOptions DEFAULT =
      new DockerfileOptions(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          false,
          false,
          false,
          Collections.emptySortedMap());

  public DockerfileOptions {
    argumentFiles = List.copyOf(argumentFiles);
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /** Returns these options for bases that must be verified. */
  public DockerfileOptions withVerifiedBases() {
    return new DockerfileOptions(
        dockerfile, network, disableCache, argumentFiles, ignoreStored, true, true, labels);
  }
}
