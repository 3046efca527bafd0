package linuxkit.yaml.container;

import java.util.List;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.yaml.MappingReader;

/**
 * A mount as requested; keys that are not given are empty.
 *
 * @param uidMappings passed to the guest in runtime.json but not in config.json, as in LinuxKit
 * @param gidMappings passed to the guest like {@code uidMappings}
 */
public record Mount(
    String destination,
    String type,
    String source,
    List<String> options,
    List<IdMapping> uidMappings,
    List<IdMapping> gidMappings) {

  public Mount(String destination, String type, String source, List<String> options) {
    this(destination, type, source, options, List.of(), List.of());
  }

  static Mount read(MappingReader from) {
    return new Mount(
        from.string("destination").orElse(""),
        from.string("type").orElse(""),
        from.string("source").orElse(""),
        from.strings("options").orElse(List.of()),
        from.mappings("uidmappings", IdMapping::read).orElse(List.of()),
        from.mappings("gidmappings", IdMapping::read).orElse(List.of()));
  }

  /** Returns the destination, and all other keys that are not empty. */
  public JsonObject toJson() {
    JsonObject.Builder json = JsonObject.builder().put("destination", destination);
    if (!type.isEmpty()) {
      json.put("type", type);
    }
    if (!source.isEmpty()) {
      json.put("source", source);
    }
    if (!options.isEmpty()) {
      json.put("options", options);
    }
    putMappings(json, "uidmappings", uidMappings);
    putMappings(json, "gidmappings", gidMappings);
    return json.build();
  }

  private static void putMappings(JsonObject.Builder json, String key, List<IdMapping> mappings) {
    if (!mappings.isEmpty()) {
      json.put(key, new JsonArray(mappings.stream().<Json>map(IdMapping::toJson).toList()));
    }
  }
}
