package linuxkit.system.manifest;

import java.util.List;
import java.util.Optional;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.yaml.Position;
import linuxkit.yaml.YamlNode;

/**
 * A directory that containers can share.
 *
 * @param name of lower-case letters, digits, {@code _} and {@code -}; not empty
 * @param image as written; empty for an empty directory
 * @param reference absent when there is no image
 * @param readonly whether no container may mount it writable
 * @param oci whether it holds the image as an OCI layout, and not the image's files
 * @param platforms those to put into the layout, such as {@code linux/amd64}; all when empty
 * @param path where the entry stands in its document, as in {@code volumes.0}
 * @param node the entry as written, for the places of later messages
 */
public record Volume(
    String name,
    String image,
    Optional<Reference> reference,
    boolean readonly,
    boolean oci,
    List<Platform> platforms,
    String path,
    YamlNode.Mapping node) {
  /** Where volumes lie in the system, without a slash at the start. */
  public static final String FOLDER = "containers/volumes";

  /** Its place in the system, without a slash at the start. */
  public String folder() {
    return FOLDER + "/" + name;
  }

  /** Where the entry stands. */
  public Position position() {
    return node.position();
  }

  /** What containers mount, as an absolute path. */
  String mergedPath() {
    return "/" + folder() + "/merged";
  }
}
