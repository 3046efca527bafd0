package linuxkit.yaml.container;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import linuxkit.json.JsonObject;
import linuxkit.yaml.MappingReader;

/**
 * How a container is to run: what stands beside {@code name} and {@code image} in a manifest's
 * entry, in an image's label {@link #LABEL}, and under {@code config:} in a package's build.yml.
 * Absent keys are empty, so that one can stand in for another.
 *
 * @param capabilitiesAdd {@code capabilities.add}: added to the label's
 * @param bindsAdd {@code binds.add}: added to the label's
 * @param oomScoreAdj −1000 to 1000
 * @param resources the OCI runtime specification's object, checked, but with {@code blockio} for
 *     {@code blockIO} and with page sizes as bytes or as text
 */
public record ContainerConfig(
    Optional<List<String>> capabilities,
    Optional<List<String>> capabilitiesAdd,
    Optional<List<String>> ambient,
    Optional<List<Mount>> mounts,
    Optional<List<String>> binds,
    Optional<List<String>> bindsAdd,
    Optional<List<Device>> devices,
    Optional<List<String>> tmpfs,
    Optional<List<String>> command,
    Optional<List<String>> env,
    Optional<String> cwd,
    Optional<String> net,
    Optional<String> pid,
    Optional<String> ipc,
    Optional<String> uts,
    Optional<String> userns,
    Optional<String> hostname,
    Optional<Boolean> readonly,
    Optional<List<String>> maskedPaths,
    Optional<List<String>> readonlyPaths,
    Optional<Id> uid,
    Optional<Id> gid,
    Optional<List<Id>> additionalGids,
    Optional<Boolean> noNewPrivileges,
    Optional<Long> oomScoreAdj,
    Optional<String> rootfsPropagation,
    Optional<String> cgroupsPath,
    Optional<JsonObject> resources,
    Optional<SortedMap<String, String>> sysctl,
    Optional<List<String>> rlimits,
    Optional<List<IdMapping>> uidMappings,
    Optional<List<IdMapping>> gidMappings,
    Optional<SortedMap<String, String>> annotations,
    Optional<RuntimeConfig> runtime) {

  /** The label of an image that holds its configuration, as JSON. */
  public static final String LABEL = "org.mobyproject.config";

  /** Nothing asked for. */
  public static final ContainerConfig EMPTY = empty();

  /** Reads the keys of a mapping; the caller reads those that it has besides. */
  public static ContainerConfig read(MappingReader from) {
    return new ContainerConfig(
        from.strings("capabilities"),
        from.strings("capabilities.add"),
        from.strings("ambient"),
        from.mappings("mounts", Mount::read),
        from.strings("binds"),
        from.strings("binds.add"),
        from.mappings("devices", Device::read),
        from.strings("tmpfs"),
        from.strings("command"),
        from.strings("env"),
        from.string("cwd"),
        from.string("net"),
        from.string("pid"),
        from.string("ipc"),
        from.string("uts"),
        from.string("userns"),
        from.string("hostname"),
        from.bool("readonly"),
        from.strings("maskedPaths"),
        from.strings("readonlyPaths"),
        from.get("uid").flatMap(Id::read),
        from.get("gid").flatMap(Id::read),
        from.list("additionalGids", Id::read),
        from.bool("noNewPrivileges"),
        from.integer("oomScoreAdj", -1000, 1000),
        from.string("rootfsPropagation"),
        from.string("cgroupsPath"),
        from.mapping("resources", ResourcesReader::read),
        from.stringMap("sysctl"),
        from.strings("rlimits"),
        from.mappings("uidMappings", IdMapping::read),
        from.mappings("gidMappings", IdMapping::read),
        from.stringMap("annotations"),
        from.mapping("runtime", RuntimeConfig::read));
  }

  /** The same in JSON, which {@link #read} reads back: only what is given, always in one order. */
  public JsonObject toJson() {
    JsonObject.Builder json = JsonObject.builder();
    ContainerConfigWriter.write(this, json);
    return json.build();
  }

  /** Adds what {@link #toJson} has to an object in the making. */
  public void writeTo(JsonObject.Builder json) {
    ContainerConfigWriter.write(this, json);
  }

  private static ContainerConfig empty() {
    Optional<List<String>> list = Optional.empty();
    Optional<String> text = Optional.empty();
    Optional<Boolean> flag = Optional.empty();
    Optional<Id> id = Optional.empty();
    Optional<List<IdMapping>> mappings = Optional.empty();
    Optional<SortedMap<String, String>> map = Optional.empty();
    return new ContainerConfig(
        list,
        list,
        list,
        Optional.empty(),
        list,
        list,
        Optional.empty(),
        list,
        list,
        list,
        text,
        text,
        text,
        text,
        text,
        text,
        text,
        flag,
        list,
        list,
        id,
        id,
        Optional.empty(),
        flag,
        Optional.empty(),
        text,
        text,
        Optional.empty(),
        map,
        list,
        mappings,
        mappings,
        map,
        Optional.empty());
  }
}
