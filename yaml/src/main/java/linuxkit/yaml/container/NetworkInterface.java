package linuxkit.yaml.container;

import linuxkit.json.JsonObject;
import linuxkit.yaml.MappingReader;

/**
 * A network interface that a container gets.
 *
 * @param add the kind to create, such as {@code wireguard}; empty to move an existing one
 * @param peer the other end's name; then it is a pair of kind veth
 * @param createInRoot whether it is created in the root network namespace and then moved
 */
public record NetworkInterface(String name, String add, String peer, boolean createInRoot) {
  static NetworkInterface read(MappingReader from) {
    return new NetworkInterface(
        from.string("name").orElse(""),
        from.string("add").orElse(""),
        from.string("peer").orElse(""),
        from.bool("createInRoot").orElse(false));
  }

  /** Returns the names that are not empty, and {@code createInRoot} always. */
  public JsonObject toJson() {
    JsonObject.Builder json = JsonObject.builder();
    if (!name.isEmpty()) {
      json.put("name", name);
    }
    if (!add.isEmpty()) {
      json.put("add", add);
    }
    if (!peer.isEmpty()) {
      json.put("peer", peer);
    }
    return json.put("createInRoot", createInRoot).build();
  }
}
