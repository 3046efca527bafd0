package linuxkit.system.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import linuxkit.json.JsonObject;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.RuntimeConfig;
import org.junit.jupiter.api.Test;

class ConfigMergeTest {
  @Test
  void prefersEntryOverLabelOverImage() {
    String label =
        """
        {command: [label], env: [L=1], cwd: /label, hostname: label, capabilities: [CAP_KILL],
         capabilities.add: [CAP_CHOWN], binds: ["/l:/l"], binds.add: ["/x:/x"], readonly: true, uid: 5,
         cgroupsPath: /l, rootfsPropagation: l, tmpfs: [/l], resources: {pids: {limit: 1}}, sysctl: {a: b},
         runtime: {mkdir: [/l], cgroups: [l], bindNS: {net: /l, pid: /l}, namespace: l}}
        """;
    ContainerConfig labelled = RuntimeSpecTest.merge("{}", label);
    assertThat(labelled.get(ContainerKeys.COMMAND).orElseThrow()).containsExactly("label");
    assertThat(labelled.get(ContainerKeys.CWD)).contains("/label");
    assertThat(labelled.get(ContainerKeys.CAPABILITIES).orElseThrow()).containsExactly("CAP_KILL");
    assertThat(labelled.get(ContainerKeys.BINDS).orElseThrow()).containsExactly("/l:/l");
    ContainerConfig entry =
        RuntimeSpecTest.merge(
            """
            {command: [], env: [], cwd: "", hostname: "", capabilities.add: [CAP_BPF], binds: [], binds.add: ["/y:/y"],
             readonly: false, uid: 0, cgroupsPath: "", rootfsPropagation: "", tmpfs: [], resources: {}, sysctl: {},
             runtime: {mkdir: [], bindNS: {net: ""}, namespace: ""}}
            """,
            label);
    assertThat(entry.get(ContainerKeys.COMMAND).orElseThrow()).isEmpty();
    assertThat(entry.get(ContainerKeys.ENV).orElseThrow()).isEmpty();
    assertThat(entry.get(ContainerKeys.CWD)).contains("/label");
    assertThat(entry.get(ContainerKeys.HOSTNAME)).contains("label");
    assertThat(entry.get(ContainerKeys.CAPABILITIES).orElseThrow())
        .containsExactly("CAP_KILL", "CAP_BPF");
    assertThat(entry.get(ContainerKeys.BINDS).orElseThrow()).isEmpty();
    assertThat(entry.get(ContainerKeys.READONLY)).contains(false);
    assertThat(entry.get(ContainerKeys.CGROUPS_PATH)).contains("");
    assertThat(entry.get(ContainerKeys.TMPFS).orElseThrow()).isEmpty();
    assertThat(entry.get(ContainerKeys.RESOURCES)).contains(JsonObject.EMPTY);
    assertThat(entry.get(ContainerKeys.SYSCTL).orElseThrow()).isEmpty();
    RuntimeConfig runtime = entry.get(ContainerKeys.RUNTIME).orElseThrow();
    assertThat(runtime.mkdir().orElseThrow()).isEmpty();
    assertThat(runtime.cgroups().orElseThrow()).containsExactly("l");
    assertThat(runtime.bindNs()).containsEntry("net", "").containsEntry("pid", "/l");
    assertThat(runtime.namespace()).contains("");
    assertThat(
            RuntimeSpecTest.merge("{capabilities: [], capabilities.add: [CAP_BPF]}", label)
                .get(ContainerKeys.CAPABILITIES))
        .contains(List.of());
  }

  @Test
  void takesTheSignalThatStopsItFromTheImageAtLast() {
    String label = "{stopSignal: SIGHUP}";
    assertThat(RuntimeSpecTest.merge("{stopSignal: SIGINT}", label).get(ContainerKeys.STOP_SIGNAL))
        .contains("SIGINT");
    assertThat(RuntimeSpecTest.merge("{}", label).get(ContainerKeys.STOP_SIGNAL))
        .contains("SIGHUP");
    assertThat(RuntimeSpecTest.merge("{}", "{}").get(ContainerKeys.STOP_SIGNAL))
        .contains("SIGQUIT");
  }
}
