package linuxkit.yaml.container;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.regex.Pattern;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonBoolean;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.Quote;

/**
 * The keys of a {@link ContainerConfig}, in the order in which they are written. A new key is one
 * line here; {@code RuntimeSpec} decides what it does.
 */
public final class ContainerKeys {
  private static final List<Key<?>> DECLARED = new ArrayList<>();
  private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,17}[kKmMgG%]?");

  /** The values of {@link #RESTART}. */
  static final List<String> RESTARTS = List.of("no", "on-failure", "always");

  public static final Key<List<String>> CAPABILITIES = strings("capabilities");

  /** Added to the capabilities of the label. */
  public static final Key<List<String>> CAPABILITIES_ADD = strings("capabilities.add");

  public static final Key<List<String>> AMBIENT = strings("ambient");
  public static final Key<List<Mount>> MOUNTS = objects("mounts", Mount::read, Mount::toJson);
  public static final Key<List<String>> BINDS = strings("binds");

  /** Added to the binds of the label. */
  public static final Key<List<String>> BINDS_ADD = strings("binds.add");

  public static final Key<List<Device>> DEVICES = objects("devices", Device::read, Device::toJson);
  public static final Key<List<String>> TMPFS = strings("tmpfs");
  public static final Key<List<String>> COMMAND = strings("command");
  public static final Key<List<String>> ENV = strings("env");
  public static final Key<String> CWD = textUnlessEmpty("cwd");
  public static final Key<String> NET = textUnlessEmpty("net");
  public static final Key<String> PID = textUnlessEmpty("pid");
  public static final Key<String> IPC = textUnlessEmpty("ipc");
  public static final Key<String> UTS = textUnlessEmpty("uts");
  public static final Key<String> USERNS = textUnlessEmpty("userns");
  public static final Key<String> HOSTNAME = textUnlessEmpty("hostname");
  public static final Key<Boolean> READONLY = bool("readonly");

  /** The size of the layer that a writable container writes to. */
  public static final Key<String> ROOTFS_SIZE =
      plain(
          "rootfsSize",
          (from, name) -> from.get(name).flatMap(ContainerKeys::size),
          JsonString::new);

  public static final Key<List<String>> MASKED_PATHS = strings("maskedPaths");
  public static final Key<List<String>> READONLY_PATHS = strings("readonlyPaths");
  public static final Key<Json> SECCOMP =
      plain("seccomp", (from, name) -> from.get(name).flatMap(SeccompReader::read), value -> value);

  /** {@code image}, or a user as images name it. */
  public static final Key<String> USER = textUnlessEmpty("user");

  public static final Key<Id> UID = id("uid");
  public static final Key<Id> GID = id("gid");
  public static final Key<List<Id>> ADDITIONAL_GIDS =
      plain("additionalGids", (from, name) -> from.list(name, Id::read), each(Id::toJson));
  public static final Key<Boolean> NO_NEW_PRIVILEGES = bool("noNewPrivileges");

  /** From −1000 to 1000. */
  public static final Key<Long> OOM_SCORE_ADJ =
      plain("oomScoreAdj", (from, name) -> from.integer(name, -1000, 1000), JsonNumber::of);

  public static final Key<String> ROOTFS_PROPAGATION = text("rootfsPropagation");
  public static final Key<String> CGROUPS_PATH = text("cgroupsPath");

  /**
   * The OCI runtime specification's object, checked, but with {@code blockio} for {@code blockIO}
   * and with page sizes as bytes or as text.
   */
  public static final Key<JsonObject> RESOURCES =
      plain("resources", (from, name) -> from.mapping(name, ResourcesReader::read), value -> value);

  public static final Key<SortedMap<String, String>> SYSCTL = stringMap("sysctl");
  public static final Key<List<String>> RLIMITS = strings("rlimits");
  public static final Key<List<IdMapping>> UID_MAPPINGS =
      objects("uidMappings", IdMapping::read, IdMapping::toJson);
  public static final Key<List<IdMapping>> GID_MAPPINGS =
      objects("gidMappings", IdMapping::read, IdMapping::toJson);
  public static final Key<SortedMap<String, String>> ANNOTATIONS = stringMap("annotations");
  public static final Key<RuntimeConfig> RUNTIME =
      key(
          "runtime",
          (from, name) -> from.mapping(name, RuntimeConfig::read),
          RuntimeConfig::toJson,
          RuntimeConfig::over);

  /** The rule by which the supervisor starts a service again: one of {@link #RESTARTS}. */
  public static final Key<String> RESTART =
      plain(
          "restart",
          (from, name) -> from.get(name).flatMap(ContainerKeys::restart),
          JsonString::new);

  /** Services that must be ready before this one starts. */
  public static final Key<List<String>> AFTER = strings("after");

  public static final Key<Readiness> READY =
      plain("ready", (from, name) -> from.mapping(name, Readiness::read), Readiness::toJson);

  /** The signal that asks a service to end. */
  public static final Key<String> STOP_SIGNAL =
      plain(
          "stopSignal", (from, name) -> from.get(name).flatMap(SignalName::read), JsonString::new);

  /** The seconds that a service has to end by itself. */
  public static final Key<Long> STOP_TIMEOUT =
      plain("stopTimeout", (from, name) -> from.integer(name, 0, 86400), JsonNumber::of);

  static final List<Key<?>> ALL = List.copyOf(DECLARED);
  static final SequencedMap<String, Key<?>> BY_NAME = byName();

  private ContainerKeys() {}

  private static SequencedMap<String, Key<?>> byName() {
    SequencedMap<String, Key<?>> keys = new LinkedHashMap<>();
    ALL.forEach(key -> keys.put(key.name(), key));
    return keys;
  }

  private static <T> Key<T> key(
      String name,
      BiFunction<MappingReader, String, Optional<T>> reader,
      Function<T, Json> writer,
      BinaryOperator<T> merge) {
    Key<T> key = new Key<>(name, reader, writer, merge);
    DECLARED.add(key);
    return key;
  }

  /** Declares a key whose value in the entry replaces that of the label. */
  private static <T> Key<T> plain(
      String name,
      BiFunction<MappingReader, String, Optional<T>> reader,
      Function<T, Json> writer) {
    return key(name, reader, writer, (entry, _) -> entry);
  }

  /** Reads the size of a tmpfs. */
  private static Optional<String> size(NodeReader node) {
    Optional<String> text = node.string();
    boolean malformed = text.filter(size -> !SIZE.matcher(size).matches()).isPresent();
    if (malformed) {
      node.error("expected a size such as 64m or 10%");
    }
    return malformed ? Optional.empty() : text;
  }

  private static Key<String> text(String name) {
    return plain(name, MappingReader::string, JsonString::new);
  }

  /** Declares a text whose empty value in the entry does not replace that of the label. */
  private static Key<String> textUnlessEmpty(String name) {
    return key(
        name,
        MappingReader::string,
        JsonString::new,
        (entry, label) -> entry.isEmpty() ? label : entry);
  }

  private static Optional<String> restart(NodeReader from) {
    Optional<String> value = from.string();
    if (value.isPresent() && !RESTARTS.contains(value.get())) {
      from.error(Quote.of(value.get()) + " is not one of " + String.join(", ", RESTARTS));
      return Optional.empty();
    }
    return value;
  }

  private static Key<List<String>> strings(String name) {
    return plain(name, MappingReader::strings, JsonArray::of);
  }

  private static Key<Boolean> bool(String name) {
    return plain(name, MappingReader::bool, JsonBoolean::of);
  }

  private static Key<Id> id(String name) {
    return plain(name, (from, key) -> from.get(key).flatMap(Id::read), Id::toJson);
  }

  private static Key<SortedMap<String, String>> stringMap(String name) {
    return plain(name, MappingReader::stringMap, ContainerKeys::object);
  }

  private static <T> Key<List<T>> objects(
      String name, Function<MappingReader, T> read, Function<T, Json> write) {
    return plain(name, (from, key) -> from.mappings(key, read), each(write));
  }

  private static <T> Function<List<T>, Json> each(Function<T, Json> write) {
    return elements -> new JsonArray(elements.stream().map(write).toList());
  }

  private static Json object(Map<String, String> values) {
    JsonObject.Builder object = JsonObject.builder();
    values.forEach(object::put);
    return object.build();
  }
}
