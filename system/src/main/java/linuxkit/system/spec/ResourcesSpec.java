package linuxkit.system.spec;

import java.util.ArrayList;
import java.util.List;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;

/** Turns {@code resources} of a manifest into those of the OCI runtime specification. */
final class ResourcesSpec {
  private static final String[] UNITS = {"KB", "MB", "GB", "TB"};

  private ResourcesSpec() {}

  /**
   * @param rules for devices, appended to those that are given
   */
  static JsonObject json(JsonObject resources, List<Json> rules) {
    List<Json> devices = new ArrayList<>();
    if (resources.get("devices").orElse(null) instanceof JsonArray given) {
      devices.addAll(given.elements());
    }
    devices.addAll(rules);
    JsonObject.Builder json = JsonObject.builder();
    if (!devices.isEmpty()) {
      json.put("devices", new JsonArray(devices));
    }
    resources
        .members()
        .forEach(
            (key, value) -> {
              switch (key) {
                case "devices" -> {}
                case "blockio" -> json.put("blockIO", withoutEmptyLists(value));
                case "hugepageLimits" -> putUnlessEmpty(json, key, hugepages(value));
                default -> json.put(key, withoutEmptyLists(value));
              }
            });
    return json.build();
  }

  private static Json withoutEmptyLists(Json value) {
    if (!(value instanceof JsonObject object)) {
      return value;
    }
    JsonObject.Builder json = JsonObject.builder();
    object.members().forEach((key, member) -> putUnlessEmpty(json, key, member));
    return json.build();
  }

  private static void putUnlessEmpty(JsonObject.Builder json, String key, Json value) {
    if (!(value instanceof JsonArray array && array.elements().isEmpty())) {
      json.put(key, value);
    }
  }

  private static Json hugepages(Json limits) {
    return limits instanceof JsonArray array
        ? new JsonArray(array.elements().stream().map(ResourcesSpec::hugepage).toList())
        : limits;
  }

  private static Json hugepage(Json limit) {
    if (!(limit instanceof JsonObject object)
        || !(object.get("pageSize").orElse(null) instanceof JsonNumber size)) {
      return limit;
    }
    JsonObject.Builder json =
        JsonObject.builder().put("pageSize", new JsonString(pageSize(size.asLong().orElse(0))));
    object.get("limit").ifPresent(value -> json.put("limit", value));
    return json.build();
  }

  /** Returns a page size as the kernel names the cgroup's files: {@code 2MB} for 2097152. */
  private static String pageSize(long bytes) {
    long value = bytes / 1024;
    int unit = 0;
    while (value >= 1024 && value % 1024 == 0 && unit + 1 < UNITS.length) {
      value /= 1024;
      unit++;
    }
    return value + UNITS[unit];
  }
}
