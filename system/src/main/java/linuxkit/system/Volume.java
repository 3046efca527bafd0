package linuxkit.system;

import java.util.List;
import java.util.Optional;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.system.yaml.Position;

/**
 * A directory that containers can share.
 *
 * @param name of lower-case letters, digits, {@code _} and {@code -}; not empty
 * @param image as written; empty for an empty directory
 * @param reference absent when there is no image
 * @param readonly whether no container may mount it writable
 * @param oci whether it holds the image as an OCI layout, and not the image's files
 * @param platforms those to put into the layout, such as {@code linux/amd64}; all when empty
 */
public record Volume(
    String name,
    String image,
    Optional<Reference> reference,
    boolean readonly,
    boolean oci,
    List<Platform> platforms,
    Position position) {
  /** Where volumes lie in the system, without a slash at the start. */
  public static final String FOLDER = "containers/volumes";

  /** Its place in the system, without a slash at the start. */
  String folder() {
    return FOLDER + "/" + name;
  }

  /** What containers mount, as an absolute path. */
  String mergedPath() {
    return "/" + folder() + "/merged";
  }
}
