package linuxkit.packaging.builder;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A program that builds images from Dockerfiles. Safe for use by several threads. */
public interface ImageBuilder {
  /** Returns the name that {@code --builder} gives it. */
  String name();

  /** Returns whether it can make attestations: a bill of materials, provenance. */
  boolean makesAttestations();

  /**
   * Checks that what a Dockerfile asks for stays within the build.
   *
   * @param file the Dockerfile, for failures
   * @param text its text
   * @throws linuxkit.base.Failure if it could reach files or the network of this machine
   */
  default void check(Path file, String text, ImageRequest request) {
    // BuildKit confines what it builds.
  }

  /**
   * Returns the commands that {@link #build} runs first, for {@code --dry-run}.
   *
   * @param archive the file that the image would be written to
   */
  List<String> command(ImageRequest request, Path archive);

  /**
   * Builds an image for one platform.
   *
   * @param archive receives the image, as an OCI archive or an archive of {@code docker save}
   * @throws BuilderFailure if the program fails; it has the last lines that the program wrote
   */
  void build(ImageRequest request, Path archive);

  /**
   * Shows or empties the cache of the builder's results.
   *
   * @param instance the builder of {@code docker buildx}; empty for the current one
   * @param line receives what the program prints
   * @throws BuilderFailure if the builder has no such cache, or the program fails
   */
  default void maintain(CacheTask task, Optional<String> instance, Consumer<String> line) {
    throw BuilderFailure.cacheless(name());
  }
}
