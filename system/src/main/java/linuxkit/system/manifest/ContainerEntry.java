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
 * @param config what the manifest says, before the image's label and its own configuration
 * @param path where the entry stands in its document, as in {@code services.0}
 * @param node the entry as written, for the places of later messages
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

  /** When a container runs. */
  public enum Section {
    ONBOOT,
    ONSHUTDOWN,
    SERVICES;

    /** The key in the manifest, and the folder below {@code containers}. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The place in the system, without a slash at the start (LinuxKit's layout of containers). */
  public String folder() {
    String folder = "containers/" + section.key() + "/";
    return switch (section) {
      case ONBOOT, ONSHUTDOWN -> folder + String.format(Locale.ROOT, "%03d-%s", index, name);
      case SERVICES -> folder + name;
    };
  }

  /** Such as {@code services[0]}: what the files of the container say they belong to. */
  public String location() {
    return section.key() + "[" + index + "]";
  }

  /** Where the entry stands. */
  public Position position() {
    return node.position();
  }
}
