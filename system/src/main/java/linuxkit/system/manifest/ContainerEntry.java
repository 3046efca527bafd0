package linuxkit.system.manifest;

import java.util.Locale;
import linuxkit.oci.Reference;
import linuxkit.yaml.Position;
import linuxkit.yaml.YamlNode;
import linuxkit.yaml.container.ContainerConfig;

/**
 * A container of the system.
 *
 * @param index within its section, from 0, over all files of the manifest
 * @param name a file name: no slash, not {@code .} or {@code ..}
 * @param image as written
 * @param config from the manifest alone, without the image's label and configuration
 * @param path the entry's path in its document, such as {@code services.0}
 * @param node the entry as written, for the positions in later messages
 */
public record ContainerEntry(
    Section section,
    int index,
    String name,
    String image,
    Reference reference,
    ContainerConfig config,
    String path,
    YamlNode.Mapping node) {

  /** The section of the manifest, which decides when a container runs. */
  public enum Section {
    ONBOOT,
    ONSHUTDOWN,
    SERVICES;

    /**
     * Returns the key in the manifest, which is also the name of a folder in {@code containers}.
     */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Returns the folder in the system, without a slash at the start (LinuxKit's layout of
   * containers).
   */
  public String folder() {
    String folder = "containers/" + section.key() + "/";
    return switch (section) {
      case ONBOOT, ONSHUTDOWN -> folder + threeDigits(index) + "-" + name;
      case SERVICES -> folder + name;
    };
  }

  private static String threeDigits(int number) {
    String digits = String.valueOf(number);
    return "0".repeat(Math.max(0, 3 - digits.length())) + digits;
  }

  /**
   * Returns the location that the origins of the container's files name, such as {@code
   * services[0]}.
   */
  public String location() {
    return section.key() + "[" + index + "]";
  }

  /** Returns the position of the entry. */
  public Position position() {
    return node.position();
  }
}
