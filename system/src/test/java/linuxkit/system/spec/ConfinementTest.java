package linuxkit.system.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.yaml.container.ContainerConfig;
import org.junit.jupiter.api.Test;

/** What a container may not do unless it says otherwise. */
class ConfinementTest {
  private final List<String> problems = new ArrayList<>();

  private JsonObject platform(String entry, String label, String architecture) {
    JsonObject spec =
        RuntimeSpec.json(
            RuntimeSpecTest.merge(entry, label),
            new ContainerIds(List.of()),
            architecture,
            (key, _, problem) -> problems.add(key + ": " + problem));
    return (JsonObject) spec.get("linux").orElseThrow();
  }

  private JsonObject platform(String entry) {
    return platform(entry, "{}", "amd64");
  }

  private static List<String> texts(JsonObject of, String key) {
    return of.get(key).map(list -> ((JsonArray) list).elements()).orElse(List.of()).stream()
        .map(text -> ((JsonString) text).value())
        .toList();
  }

  private List<String> readonly(String entry) {
    return texts(platform(entry), "readonlyPaths");
  }

  private static List<JsonObject> rules(JsonObject platform) {
    JsonObject filter = (JsonObject) platform.get("seccomp").orElseThrow();
    return ((JsonArray) filter.get("syscalls").orElseThrow())
        .elements().stream().map(JsonObject.class::cast).toList();
  }

  private static List<String> allowed(JsonObject platform) {
    return texts(rules(platform).getFirst(), "names");
  }

  @Test
  void doesNotConfineAdministrators() {
    for (String capabilities :
        List.of(
            "capabilities: [all]",
            "capabilities: [CAP_SYS_ADMIN]",
            "ambient: [CAP_SYS_ADMIN]",
            "ambient: [ALL]")) {
      assertThat(platform("{" + capabilities + "}").members())
          .doesNotContainKeys("seccomp", "maskedPaths", "readonlyPaths");
    }
    assertThat(platform("{}", "{capabilities: [CAP_SYS_ADMIN]}", "amd64").members())
        .doesNotContainKey("readonlyPaths");
    assertThat(platform("{capabilities: []}", "{capabilities: [CAP_SYS_ADMIN]}", "amd64").members())
        .containsKeys("seccomp", "maskedPaths", "readonlyPaths");
  }

  @Test
  void leavesNetworkParametersToThoseWhoMaySetThem() {
    assertThat(readonly("{}")).contains("/proc/sys", "/proc/sysrq-trigger");
    for (String key : List.of("capabilities", "ambient")) {
      assertThat(readonly("{" + key + ": [CAP_NET_ADMIN]}"))
          .contains("/proc/sys/kernel", "/proc/sys/fs", "/proc/sys/vm", "/proc/sys/user")
          .doesNotContain("/proc/sys", "/proc/sys/net");
    }
  }

  @Test
  void leavesSysAsTheContainerMountsIt() {
    assertThat(readonly("{}")).contains("/sys");
    assertThat(readonly("{readonly: true}")).doesNotContain("/sys");
    for (String mount :
        List.of(
            "binds: ['/sys:/sys']",
            "mounts: [{type: sysfs, options: [rw]}]",
            "mounts: [{type: bind, source: /x, destination: /sys}]")) {
      assertThat(readonly("{" + mount + "}")).doesNotContain("/sys").contains("/proc/sys");
      assertThat(texts(platform("{" + mount + "}"), "maskedPaths"))
          .doesNotContain("/sys/firmware")
          .contains("/proc/kcore");
    }
    assertThat(readonly("{binds: ['/sys/fs/bpf:/sys/fs/bpf']}")).contains("/sys");
  }

  @Test
  void masksTheSystemsSysOfOwnIds() {
    ContainerConfig mapped =
        new IdRange(65536)
            .apply(
                RuntimeSpecTest.merge("{userns: auto}", "{}"),
                (key, _, problem) -> problems.add(key + ": " + problem));
    assertThat(Confinement.masked(mapped)).contains("/sys/firmware");
    // It is a read-only bind; mounted over itself, it would be a new mount.
    assertThat(Confinement.readonly(mapped)).doesNotContain("/sys");
    assertThat(problems).isEmpty();
  }

  @Test
  void replacesDefaultsByLists() {
    JsonObject own = platform("{maskedPaths: [], readonlyPaths: [/x]}");
    assertThat(own.members()).doesNotContainKey("maskedPaths");
    assertThat(texts(own, "readonlyPaths")).containsExactly("/x");
    JsonObject labelled = platform("{}", "{maskedPaths: [/m]}", "amd64");
    assertThat(texts(labelled, "maskedPaths")).containsExactly("/m");
    assertThat(texts(labelled, "readonlyPaths")).contains("/proc/sys");
    // An empty list and a null are kept where the guest would otherwise add its own.
    JsonObject none = platform("{maskedPaths: [], readonlyPaths: [], seccomp: unconfined}");
    assertThat(JsonFormat.COMPACT.write(none))
        .endsWith(",\"seccomp\":null,\"readonlyPaths\":[]}")
        .doesNotContain("masked");
    assertThat(platform("{capabilities: [all], seccomp: unconfined}").members())
        .doesNotContainKey("seccomp");
  }

  @Test
  void allowsSystemCallsByCapability() {
    assertThat(allowed(platform("{}")))
        .contains("read", "execve", "ptrace", "socket", "arch_prctl")
        .doesNotContain(
            "mount",
            "unshare",
            "clone",
            "clone3",
            "bpf",
            "reboot",
            "keyctl",
            "init_module",
            "settimeofday",
            "kexec_load",
            "io_uring_setup",
            "personality",
            "setns")
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(allowed(platform("{capabilities: [CAP_SYS_TIME], ambient: [CAP_SYS_BOOT]}")))
        .contains("settimeofday", "clock_settime", "reboot")
        .doesNotContain("mount");
    assertThat(allowed(platform("{capabilities: [all], seccomp: default}")))
        .contains("mount", "unshare", "clone", "clone3", "bpf", "reboot", "init_module")
        .doesNotContain("kexec_load", "keyctl");
  }

  @Test
  void allowsProcessesButNotNamespaces() {
    List<String> rules = rules(platform("{}")).stream().map(JsonFormat.COMPACT::write).toList();
    assertThat(rules)
        .contains(
            "{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,"
                + "\"value\":2114060288,\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}",
            "{\"names\":[\"clone3\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38}");
  }

  @Test
  void namesTheProcessorsOfTheSystem() {
    for (String[] each :
        new String[][] {
          {"amd64", "[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"]", "arch_prctl"},
          {"arm64", "[\"SCMP_ARCH_AARCH64\",\"SCMP_ARCH_ARM\"]", "set_tls"},
          {"riscv64", "[\"SCMP_ARCH_RISCV64\"]", "riscv_flush_icache"}
        }) {
      JsonObject platform = platform("{}", "{}", each[0]);
      Json filter = platform.get("seccomp").orElseThrow();
      assertThat(JsonFormat.COMPACT.write(filter)).contains("\"architectures\":" + each[1]);
      assertThat(allowed(platform)).contains(each[2]);
    }
    JsonObject other = (JsonObject) platform("{}", "{}", "s390x").get("seccomp").orElseThrow();
    assertThat(other.members()).doesNotContainKey("architectures");
  }
}
