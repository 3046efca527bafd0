package linuxkit.yaml.container;

import linuxkit.json.JsonObject;
import linuxkit.yaml.MappingReader;

/**
 * A device that a container may use.
 *
 * @param path the path of the node; {@code all} stands for every device of the type, without a node
 * @param type {@code c}, {@code b}, {@code u}, {@code p}, or {@code a} for all
 * @param mode permissions in octal digits
 */
public record Device(String path, String type, long major, long minor, String mode) {
  static Device read(MappingReader from) {
    return new Device(
        from.string("path").orElse(""),
        from.string("type").orElse(""),
        from.integer("major").orElse(0L),
        from.integer("minor").orElse(0L),
        from.string("mode").orElse(""));
  }

  /** Returns the device in the vocabulary that {@link ContainerConfig} reads. */
  JsonObject toJson() {
    JsonObject.Builder json = JsonObject.builder().put("path", path).put("type", type);
    if (!path.equals("all")) {
      json.put("major", major).put("minor", minor).put("mode", mode);
    }
    return json.build();
  }
}
