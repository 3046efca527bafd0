package linuxkit.system.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import linuxkit.json.Json;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.ImageConfig;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.YamlDocument;
import linuxkit.yaml.YamlFailure;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.RuntimeConfig;
import org.junit.jupiter.api.Test;

class RuntimeSpecTest {
  private static final ImageConfig IMAGE =
      new ImageConfig(
          "linux",
          "amd64",
          new ImageConfig.ProcessConfig(
              List.of("/entry"), List.of("-x"), List.of("A=b"), "/work", "", "SIGQUIT"),
          new TreeMap<>(),
          List.of());

  private final List<String> problems = new ArrayList<>();

  private static ContainerConfig read(byte[] text) {
    Diagnostics diagnostics = new Diagnostics();
    ContainerConfig config =
        YamlDocument.parse("a.yml", text, diagnostics)
            .flatMap(node -> NodeReader.root(node, diagnostics).mapping(ContainerConfig::read))
            .orElse(ContainerConfig.EMPTY);
    diagnostics.throwErrors();
    return config;
  }

  /** Merges an entry and a label, both in YAML, with an image. */
  static ContainerConfig merge(String entry, String label) {
    return ConfigMerge.merge(
        read(entry.getBytes(StandardCharsets.UTF_8)),
        read(label.getBytes(StandardCharsets.UTF_8)),
        IMAGE,
        UnaryOperator.identity(),
        UnaryOperator.identity());
  }

  private JsonObject spec(String entry, String label) {
    ContainerIds ids = new ContainerIds(List.of("a", "b", "a"));
    return RuntimeSpec.json(
        merge(entry, label),
        ids,
        "amd64",
        (key, value, problem) -> problems.add(key + ": " + problem));
  }

  private static String at(Json json, String... path) {
    Json value = json;
    for (String name : path) {
      value = ((JsonObject) value).get(name).orElseThrow(() -> new AssertionError(name));
    }
    return JsonFormat.COMPACT.write(value);
  }

  private static boolean has(Json json, String... path) {
    Json value = json;
    for (String name : path) {
      if (!(value instanceof JsonObject object) || object.get(name).isEmpty()) {
        return false;
      }
      value = object.get(name).get();
    }
    return true;
  }

  @Test
  void writesDefaultsForEmptyConfiguration() {
    assertThat(JsonFormat.COMPACT.write(spec("{seccomp: unconfined}", "{}")))
        .isEqualTo(
            """
            {"ociVersion":"1.2.1",\
            "process":{"user":{"uid":0,"gid":0},"args":["/entry","-x"],"env":["A=b"],\
            "cwd":"/work","capabilities":{}},\
            "root":{"path":"rootfs"},\
            "mounts":[\
            {"destination":"/dev","type":"tmpfs","source":"tmpfs",\
            "options":["nosuid","strictatime","mode=755","size=65536k"]},\
            {"destination":"/dev/pts","type":"devpts","source":"devpts",\
            "options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620"]},\
            {"destination":"/proc","type":"proc","source":"proc",\
            "options":["nosuid","nodev","noexec","relatime"]},\
            {"destination":"/sys","type":"sysfs","source":"sysfs",\
            "options":["nosuid","noexec","nodev"]},\
            {"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup",\
            "options":["nosuid","noexec","nodev","relatime","ro"]}],\
            "linux":{"resources":{},"namespaces":[{"type":"pid"},{"type":"mount"}],\
            "seccomp":null,"maskedPaths":["/proc/acpi","/proc/asound","/proc/interrupts","/proc/kcore",\
            "/proc/keys","/proc/latency_stats","/proc/sched_debug","/proc/scsi",\
            "/proc/timer_list","/proc/timer_stats","/sys/devices/virtual/powercap",\
            "/sys/firmware"],\
            "readonlyPaths":["/proc/bus","/proc/dynamic_debug","/proc/fs","/proc/irq",\
            "/proc/mtrr","/proc/sysrq-trigger","/proc/sys","/sys"]}}""");
  }

  @Test
  void writesKeysInFixedOrder() {
    JsonObject spec =
        spec(
            """
            {rlimits: ["nofile,1,2"], noNewPrivileges: true, oomScoreAdj: 0, additionalGids: [b, 7, -1],
             uid: a, gid: root, hostname: h, annotations: {x: y}, readonly: true,
             uidMappings: [{hostID: 1000, containerID: 1, size: 10}], gidMappings: [{size: 1}],
             sysctl: {k: v}, cgroupsPath: /c, rootfsPropagation: shared, seccomp: {defaultAction: SCMP_ACT_LOG}, maskedPaths: [/m],
             readonlyPaths: [/r], devices: [{path: /dev/x, type: c, major: 10, minor: 5, mode: "0600"}]}
            """,
            "{}");
    assertThat(spec.members().keySet())
        .containsExactly(
            "ociVersion", "process", "root", "hostname", "mounts", "annotations", "linux");
    assertThat(at(spec, "process", "user"))
        .isEqualTo("{\"uid\":102,\"gid\":0,\"additionalGids\":[101,7,4294967295]}");
    assertThat(at(spec, "process", "rlimits"))
        .isEqualTo("[{\"type\":\"RLIMIT_NOFILE\",\"hard\":2,\"soft\":1}]");
    assertThat(at(spec, "process", "oomScoreAdj")).isEqualTo("0");
    assertThat(at(spec, "root")).isEqualTo("{\"path\":\"rootfs\",\"readonly\":true}");
    assertThat(at(spec, "linux"))
        .isEqualTo(
            """
            {"uidMappings":[{"containerID":1,"hostID":1000,"size":10}],\
            "gidMappings":[{"containerID":0,"hostID":0,"size":1}],\
            "sysctl":{"k":"v"},\
            "resources":{"devices":[{"allow":true,"type":"c","major":10,"minor":5,"access":"rwm"}]},\
            "cgroupsPath":"/c","namespaces":[{"type":"pid"},{"type":"mount"}],\
            "devices":[{"path":"/dev/x","type":"c","major":10,"minor":5,"fileMode":384}],\
            "seccomp":{"defaultAction":"SCMP_ACT_LOG"},\
            "rootfsPropagation":"shared","maskedPaths":["/m"],"readonlyPaths":["/r"]}""");
  }

  @Test
  void replacesEarlierMountsOfADestination() {
    JsonObject spec =
        spec(
            """
            {readonly: true, tmpfs: [/t, "/u:size=1m,nosuid", /v], binds: ["/a:/v", "/b:/w:ro"],
             mounts: [{type: proc, destination: /w}, {source: mqueue}, {destination: /dev}, {type: cgroup, options: [rw]}]}
            """,
            "{}");
    assertThat(at(spec, "mounts"))
        .contains(
            "{\"destination\":\"/dev\",\"type\":\"tmpfs\",\"source\":\"tmpfs\"}",
            "{\"destination\":\"/dev/mqueue\",\"type\":\"mqueue\",\"source\":\"mqueue\"}",
            "{\"destination\":\"/t\",\"type\":\"tmpfs\",\"source\":\"tmpfs\"}",
            "\"source\":\"tmpfs\",\"options\":[\"size=1m\",\"nosuid\"]}",
            "{\"destination\":\"/v\",\"type\":\"bind\",\"source\":\"/a\","
                + "\"options\":[\"rw\",\"rbind\",\"rshared\"]}",
            "{\"destination\":\"/w\",\"type\":\"proc\",\"source\":\"proc\"}",
            "\"source\":\"sysfs\",\"options\":[\"nosuid\",\"noexec\",\"nodev\",\"ro\"]}",
            "\"source\":\"cgroup\",\"options\":[\"rw\"]}");
    assertThat(at(spec("{binds: ['/b:/w:rbind,ro']}", "{}"), "mounts"))
        .contains("\"options\":[\"rbind\",\"ro\",\"rbind\"]");
    assertThat(at(spec("{tmpfs: [\"/\\U0001F600\", /\uffee, /Dev]}", "{}"), "mounts"))
        .matches(".*\"/Dev\".*\"/dev\".*\"/sys\".*\"/\uffee\".*\"/\ud83d\ude00\".*");
  }

  @Test
  void passesMountMappingsToTheGuestOnly() {
    String mount =
        "{type: bind, source: /a, destination: /b,"
            + " uidmappings: [{hostID: 1, containerID: 2, size: 3}], gidmappings: [{size: 4}]}";
    String config = "{mounts: [" + mount + "], runtime: {mounts: [" + mount + "]}}";
    assertThat(at(spec(config, "{}"), "mounts")).contains("\"/b\"").doesNotContain("appings");
    RuntimeConfig runtime = merge(config, "{}").get(ContainerKeys.RUNTIME).orElseThrow();
    assertThat(at(RuntimeJson.json(runtime, List.of()), "mounts"))
        .isEqualTo(
            "[{\"destination\":\"/b\",\"type\":\"bind\",\"source\":\"/a\","
                + "\"uidMappings\":[{\"containerID\":2,\"hostID\":1,\"size\":3}],"
                + "\"gidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":4}]}]");
  }

  @Test
  void writesNamespaces() {
    assertThat(at(spec("{net: none, ipc: new, uts: /u, pid: host, userns: new}", "{}"), "linux"))
        .contains(
            "\"namespaces\":[{\"type\":\"network\"},{\"type\":\"ipc\"},{\"type\":\"uts\","
                + "\"path\":\"/u\"},{\"type\":\"user\"},{\"type\":\"mount\"}]");
    assertThat(at(spec("{net: /n, ipc: host, pid: /p}", "{net: new}"), "linux", "namespaces"))
        .isEqualTo(
            "[{\"type\":\"network\",\"path\":\"/n\"},{\"type\":\"pid\",\"path\":\"/p\"},"
                + "{\"type\":\"mount\"}]");
    assertThat(at(spec("{net: '', pid: ''}", "{net: new, pid: host}"), "linux", "namespaces"))
        .isEqualTo("[{\"type\":\"network\"},{\"type\":\"mount\"}]");
  }

  @Test
  void expandsCapabilities() {
    String sorted = "[\"CAP_CHOWN\",\"CAP_KILL\",\"CAP_SYS_ADMIN\"]";
    assertThat(
            at(
                spec("{capabilities: [CAP_KILL, CAP_CHOWN], ambient: [CAP_SYS_ADMIN]}", "{}"),
                "process",
                "capabilities"))
        .isEqualTo(
            "{\"bounding\":"
                + sorted
                + ",\"effective\":[\"CAP_KILL\",\"CAP_CHOWN\"],\"inheritable\":"
                + sorted
                + ",\"permitted\":"
                + sorted
                + ",\"ambient\":[\"CAP_SYS_ADMIN\"]}");
    assertThat(has(spec("{ambient: [CAP_KILL]}", "{}"), "process", "capabilities", "effective"))
        .isFalse();
    assertThat(at(spec("{capabilities: [None]}", "{}"), "process", "capabilities")).isEqualTo("{}");
    for (String all : List.of("[All]", "[CAP_KILL, all]")) {
      assertThat(
              at(spec("{capabilities: " + all + "}", "{}"), "process", "capabilities", "effective"))
          .startsWith("[\"CAP_CHOWN\",\"CAP_DAC_OVERRIDE\"")
          .endsWith("\"CAP_BPF\",\"CAP_CHECKPOINT_RESTORE\"]");
    }
    assertThat(Capabilities.ALL).hasSize(41);
    assertThat(problems).isEmpty();
    spec("{capabilities: [cap_kill, none]}", "{}");
    assertThat(problems)
        .containsExactly(
            "capabilities: unknown capability \"cap_kill\" — did you mean 'CAP_KILL'?",
            "capabilities: 'none' cannot be combined with other capabilities");
  }

  @Test
  void acceptsUnlimitedLimits() {
    assertThat(
            at(
                spec(
                    "{rlimits: ['RLIMIT_CORE, unlimited ,Unlimited', 'nice,0,18446744073709551615']}",
                    "{}"),
                "process",
                "rlimits"))
        .isEqualTo(
            "[{\"type\":\"RLIMIT_CORE\",\"hard\":18446744073709551615,"
                + "\"soft\":18446744073709551615},{\"type\":\"RLIMIT_NICE\","
                + "\"hard\":18446744073709551615,\"soft\":0}]");
    spec("{rlimits: ['core,18446744073709551616,-1']}", "{}");
    assertThat(problems).hasSize(2);
  }

  @Test
  void writesResourcesUnderTheSpecificationsNames() {
    assertThat(
            at(
                spec(
                    """
                    {devices: [{path: all, type: a}],
                     resources: {devices: [{type: c, access: r}], memory: {kernelTCP: 1, disableOOMKiller: true},
                      cpu: {}, pids: {}, blockio: {weight: 5, weightDevice: [], throttleReadBpsDevice: [{rate: 3}]},
                      hugepageLimits: [{pageSize: 2097152, limit: 1}, {pageSize: 1GB}], network: {classID: 7}}}
                    """,
                    "{}"),
                "linux",
                "resources"))
        .isEqualTo(
            """
            {"devices":[{"allow":false,"type":"c","access":"r"},\
            {"allow":true,"type":"a","access":"rwm"}],\
            "memory":{"kernelTCP":1,"disableOOMKiller":true},"cpu":{},"pids":{"limit":0},\
            "blockIO":{"weight":5,"throttleReadBpsDevice":[{"major":0,"minor":0,"rate":3}]},\
            "hugepageLimits":[{"pageSize":"2MB","limit":1},{"pageSize":"1GB","limit":0}],\
            "network":{"classID":7}}""");
  }

  @FuzzTest(maxDuration = "10s")
  void convertsOrRefusesAnyLabel(byte[] bytes) {
    ContainerConfig label;
    try {
      label = read(bytes);
    } catch (YamlFailure e) {
      return;
    }
    ContainerConfig merged =
        ConfigMerge.merge(
            ContainerConfig.EMPTY,
            label,
            IMAGE,
            UnaryOperator.identity(),
            UnaryOperator.identity());
    JsonObject spec =
        RuntimeSpec.json(
            merged, new ContainerIds(List.of()), "arm64", (_, _, problem) -> problems.add(problem));
    byte[] text = JsonFormat.indented(4).withHtmlSafe().bytes(spec);
    assertThat(Json.parse(text, "config.json")).isEqualTo(spec);
  }
}
