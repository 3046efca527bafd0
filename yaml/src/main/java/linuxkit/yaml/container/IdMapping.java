package linuxkit.yaml.container;

import linuxkit.json.JsonObject;
import linuxkit.yaml.MappingReader;

/**
 * A range of user or group ids of a container, mapped to ids of the host (OCI runtime
 * specification, "User namespace mappings").
 *
 * @param hostId 0 to 2³²−1, like the other two
 */
public record IdMapping(long hostId, long containerId, long size) {
  static final long MOST = 0xffff_ffffL;

  static IdMapping read(MappingReader from) {
    return new IdMapping(
        from.integer("hostID", 0, MOST).orElse(0L),
        from.integer("containerID", 0, MOST).orElse(0L),
        from.integer("size", 0, MOST).orElse(0L));
  }

  /** Returns the mapping, with the keys in the specification's order. */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("containerID", containerId)
        .put("hostID", hostId)
        .put("size", size)
        .build();
  }
}
