package linuxkit.yaml.container;

import java.util.List;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.YamlNode;

/**
 * Reads {@code resources}: the OCI runtime specification's limits of a cgroup. They go from the
 * manifest to config.json without being interpreted, so they are kept as JSON, checked, with the
 * specification's keys in its order.
 */
final class ResourcesReader {
  private static final long ANY = Long.MIN_VALUE;
  private static final long MOST = Long.MAX_VALUE;

  /** A key, and the way to copy it. */
  private interface Field {
    void read(MappingReader from, JsonObject.Builder into);
  }

  private static final List<Field> DEVICE =
      List.of(
          (from, into) -> into.put("allow", from.bool("allow").orElse(false)),
          text("type"),
          integer("major", ANY, MOST),
          integer("minor", ANY, MOST),
          text("access"));
  private static final List<Field> MEMORY =
      List.of(
          integer("limit", ANY, MOST),
          integer("reservation", ANY, MOST),
          integer("swap", ANY, MOST),
          integer("kernel", ANY, MOST),
          integer("kernelTCP", ANY, MOST),
          integer("swappiness", 0, MOST),
          bool("disableOOMKiller"));
  private static final List<Field> CPU =
      List.of(
          integer("shares", 0, MOST),
          integer("quota", ANY, MOST),
          integer("period", 0, MOST),
          integer("realtimeRuntime", ANY, MOST),
          integer("realtimePeriod", 0, MOST),
          text("cpus"),
          text("mems"));
  private static final List<Field> PIDS = List.of(always("limit", ANY, MOST));
  private static final List<Field> WEIGHT_DEVICE =
      List.of(
          always("major", ANY, MOST),
          always("minor", ANY, MOST),
          integer("weight", 0, 0xffff),
          integer("leafWeight", 0, 0xffff));
  private static final List<Field> THROTTLE_DEVICE =
      List.of(always("major", ANY, MOST), always("minor", ANY, MOST), always("rate", 0, MOST));
  private static final List<Field> BLOCK_IO =
      List.of(
          integer("weight", 0, 0xffff),
          integer("leafWeight", 0, 0xffff),
          objects("weightDevice", WEIGHT_DEVICE),
          objects("throttleReadBpsDevice", THROTTLE_DEVICE),
          objects("throttleWriteBpsDevice", THROTTLE_DEVICE),
          objects("throttleReadIOPSDevice", THROTTLE_DEVICE),
          objects("throttleWriteIOPSDevice", THROTTLE_DEVICE));
  private static final List<Field> HUGEPAGE_LIMIT =
      List.of(
          (from, into) ->
              from.get("pageSize")
                  .flatMap(ResourcesReader::pageSize)
                  .ifPresent(size -> into.put("pageSize", size)),
          always("limit", 0, MOST));
  private static final List<Field> PRIORITY =
      List.of(
          (from, into) -> into.put("name", from.string("name").orElse("")),
          always("priority", 0, IdMapping.MOST));
  private static final List<Field> NETWORK =
      List.of(integer("classID", 0, IdMapping.MOST), objects("priorities", PRIORITY));
  private static final List<Field> RESOURCES =
      List.of(
          objects("devices", DEVICE),
          object("memory", MEMORY),
          object("cpu", CPU),
          object("pids", PIDS),
          object("blockio", BLOCK_IO),
          objects("hugepageLimits", HUGEPAGE_LIMIT),
          object("network", NETWORK));

  private ResourcesReader() {}

  static JsonObject read(MappingReader from) {
    return object(from, RESOURCES);
  }

  private static JsonObject object(MappingReader from, List<Field> fields) {
    JsonObject.Builder into = JsonObject.builder();
    fields.forEach(field -> field.read(from, into));
    return into.build();
  }

  private static Field object(String key, List<Field> fields) {
    return (from, into) ->
        from.mapping(key, value -> object(value, fields)).ifPresent(value -> into.put(key, value));
  }

  private static Field objects(String key, List<Field> fields) {
    return (from, into) ->
        from.<Json>mappings(key, value -> object(value, fields))
            .ifPresent(values -> into.put(key, new JsonArray(values)));
  }

  private static Field integer(String key, long least, long most) {
    return (from, into) ->
        from.integer(key, least, most).ifPresent(value -> into.put(key, (long) value));
  }

  // The specification requires these.
  private static Field always(String key, long least, long most) {
    return (from, into) -> into.put(key, (long) from.integer(key, least, most).orElse(0L));
  }

  private static Field bool(String key) {
    return (from, into) -> from.bool(key).ifPresent(value -> into.put(key, (boolean) value));
  }

  private static Field text(String key) {
    return (from, into) ->
        from.string(key).filter(value -> !value.isEmpty()).ifPresent(v -> into.put(key, v));
  }

  // LinuxKit's schema requires a number of bytes, the specification a name such as 2MB.
  private static Optional<Json> pageSize(NodeReader node) {
    boolean text =
        node.node() instanceof YamlNode.Scalar scalar
            && scalar.kind() == YamlNode.Scalar.Kind.STRING;
    return text ? node.string().map(JsonString::new) : node.integer(1, MOST).map(JsonNumber::of);
  }
}
