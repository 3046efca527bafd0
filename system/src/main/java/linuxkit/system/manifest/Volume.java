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
 * @param reference absent if there is no image
 * @param readonly whether no container may mount it writable
 * @param oci whether it holds the image as an OCI layout instead of the image's files
 * @param platforms the platforms in the layout, such as {@code linux/amd64}; empty for all
 * @param path the entry's path in its document, such as {@code volumes.0}
 * @param node the entry as written, for the positions in later messages
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
  /** The folder of all volumes in the system, without a slash at the start. */
  public static final String FOLDER = "containers/volumes";

  /** Returns its folder in the system, without a slash at the start. */
  public String folder() {
    return FOLDER + "/" + name;
  }

  /** Returns the position of the entry. */
  public Position position() {
    return node.position();
  }

  /** Returns the absolute path that containers mount. */
  String mergedPath() {
    return "/" + folder() + "/merged";
  }
}
