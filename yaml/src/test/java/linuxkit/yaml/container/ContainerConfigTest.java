package linuxkit.yaml.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import linuxkit.json.JsonFormat;
import linuxkit.yaml.Diagnostic;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.YamlDocument;
import org.junit.jupiter.api.Test;

class ContainerConfigTest {
  static final String EVERY_KEY =
      """
      capabilities: [CAP_KILL]
      capabilities.add: []
      ambient: [CAP_KILL]
      mounts: [{destination: /a, type: bind, source: /b, options: [ro], uidmappings: [{size: 1}], gidmappings: [{size: 2}]}]
      binds: ["/a:/b"]
      binds.add: ["/c:/d"]
      devices: [{path: /dev/x, type: c, major: 1, minor: 2, mode: "0600"}, {path: all, type: b}]
      tmpfs: [/tmp]
      command: [/bin/sh]
      env: [A=b]
      cwd: /x
      net: new
      pid: host
      ipc: new
      uts: new
      userns: new
      hostname: h
      readonly: true
      rootfsSize: 64m
      maskedPaths: [/m]
      readonlyPaths: [/r]
      seccomp:
        defaultAction: SCMP_ACT_ERRNO
        defaultErrnoRet: 1
        flags: []
        syscalls: [{names: [read], action: SCMP_ACT_ALLOW, args: [{index: 0, value: 18446744073709551615}], x: null, y: true}]
      user: image
      uid: 5
      gid: name
      additionalGids: [1, other]
      noNewPrivileges: true
      oomScoreAdj: -5
      rootfsPropagation: shared
      cgroupsPath: /cg
      resources:
        devices: [{allow: true, type: c, major: 1, minor: -1, access: rwm}]
        memory: {limit: 1, reservation: 2, swap: -1, kernel: 3, kernelTCP: 4, swappiness: 5, disableOOMKiller: true}
        cpu: {shares: 1, quota: 2, period: 3, realtimeRuntime: 4, realtimePeriod: 5, cpus: "0-1", mems: "0"}
        pids: {limit: 7}
        blockio:
          weight: 1
          leafWeight: 2
          weightDevice: [{major: 1, minor: 2, weight: 3, leafWeight: 4}]
          throttleReadBpsDevice: [{major: 1, minor: 2, rate: 3}]
          throttleWriteBpsDevice: []
          throttleReadIOPSDevice: []
          throttleWriteIOPSDevice: []
        hugepageLimits: [{pageSize: 2097152, limit: 9}, {pageSize: 1GB, limit: 3}]
        network: {classID: 1, priorities: [{name: eth0, priority: 2}]}
      sysctl: {net.ipv4.ip_forward: "1"}
      rlimits: ["nofile,1,2"]
      uidMappings: [{hostID: 1, containerID: 2, size: 3}]
      gidMappings: [{hostID: 4, containerID: 5, size: 6}]
      annotations: {a: b}
      runtime:
        cgroups: [x]
        mounts: [{destination: /z, type: tmpfs}]
        mkdir: [/y]
        interfaces: [{name: eth0, add: veth, peer: p, createInRoot: true}, {name: eth1}]
        bindNS: {cgroup: /c, ipc: /i, mnt: /m, net: /n, pid: /p, user: /u, uts: /t}
        namespace: n
      restart: on-failure
      after: [db]
      ready: {port: 80, socket: /s, file: /f, command: [/c], timeout: 5}
      stopSignal: SIGQUIT
      stopTimeout: 3
      """;

  private final Diagnostics diagnostics = new Diagnostics();

  private ContainerConfig read(String text) {
    return YamlDocument.parse("a.yml", text.getBytes(StandardCharsets.UTF_8), diagnostics)
        .flatMap(node -> NodeReader.root(node, diagnostics).mapping(ContainerConfig::read))
        .orElse(ContainerConfig.EMPTY);
  }

  @Test
  void readsBackEveryKeyFromJson() {
    ContainerConfig config = read(EVERY_KEY);
    ContainerConfig again = read(JsonFormat.COMPACT.write(config.toJson()));
    assertThat(diagnostics.errors()).isEmpty();
    assertThat(again).isEqualTo(config);
    assertThat(config.toJson().members().keySet())
        .containsExactlyElementsOf(ContainerKeys.ALL.stream().map(Key::name).toList())
        .startsWith("capabilities", "capabilities.add", "ambient", "mounts")
        .endsWith("runtime", "restart", "after", "ready", "stopSignal", "stopTimeout");
  }

  /** Checks the table, since two swapped names of one type would compile. */
  @Test
  void declaresEachKeyUnderItsName() throws IllegalAccessException {
    List<Key<?>> declared = new ArrayList<>();
    for (Field field : ContainerKeys.class.getFields()) {
      Key<?> key = (Key<?>) field.get(null);
      declared.add(key);
      assertThat(key.name().replace(".", "").toLowerCase(Locale.ROOT))
          .isEqualTo(field.getName().replace("_", "").toLowerCase(Locale.ROOT));
    }
    assertThat(declared).isEqualTo(ContainerKeys.ALL).hasSize(42);
  }

  @Test
  void mergesEachKeyWithTheLabel() {
    ContainerConfig entry = read(EVERY_KEY);
    assertThat(ContainerConfig.EMPTY.over(entry)).isEqualTo(entry);
    assertThat(entry.over(ContainerConfig.EMPTY)).isEqualTo(entry);
    ContainerConfig label = read("{hostname: l, cwd: /l, cgroupsPath: /l, net: l, binds: [l]}");
    ContainerConfig merged =
        read("{hostname: '', cwd: /e, cgroupsPath: '', binds: []}").over(label);
    assertThat(JsonFormat.COMPACT.write(merged.toJson()))
        .isEqualTo(
            "{\"binds\":[],\"cwd\":\"/e\",\"net\":\"l\",\"hostname\":\"l\",\"cgroupsPath\":\"\"}");
  }

  @Test
  void writesNothingForAbsentKeys() {
    assertThat(JsonFormat.COMPACT.write(ContainerConfig.EMPTY.toJson())).isEqualTo("{}");
    assertThat(JsonFormat.COMPACT.write(read("{binds: [], runtime: {}, hostname: ''}").toJson()))
        .isEqualTo("{\"binds\":[],\"hostname\":\"\",\"runtime\":{}}");
  }

  @Test
  void reportsMistakesWithPositions() {
    read(
        """
        uid: true
        additionalGids: [1.5]
        oomScoreAdj: 1001
        devices: [{mode: 0600}]
        resources: {rdma: {}, blockio: {weight: 65536}, memory: {kernelTcp: 1}}
        runtime: {bindNS: {time: x}}
        uidMappings: [{hostID: -1}]
        sysctl: {a: 1}
        name: x
        restart: sometimes
        ready: {port: 0, socket: s, command: []}
        stopSignal: SIGTREM
        stopTimeout: -1
        """);
    assertThat(diagnostics.errors())
        .map(Diagnostic::toString)
        .containsExactly(
            "a.yml:1:6: uid: expected a number or a name, but found the boolean true",
            "a.yml:2:18: additionalGids.0: expected a number or a name, but found the number 1.5",
            "a.yml:3:14: oomScoreAdj: the number 1001 is out of range: it must be from -1000 to"
                + " 1000",
            "a.yml:4:18: devices.0.mode: expected a string, but found the number 0600: quote it,"
                + " as \"0600\"",
            "a.yml:5:13: resources.rdma: unknown key 'rdma'",
            "a.yml:5:41: resources.blockio.weight: the number 65536 is out of range: it must be"
                + " from 0 to 65535",
            "a.yml:5:58: resources.memory.kernelTcp: unknown key 'kernelTcp' — did you mean"
                + " 'kernelTCP'?",
            "a.yml:6:20: runtime.bindNS.time: unknown key 'time'",
            "a.yml:7:24: uidMappings.0.hostID: the number -1 is out of range: it must be from 0"
                + " to 4294967295",
            "a.yml:8:13: sysctl.a: expected a string, but found the number 1: quote it, as \"1\"",
            "a.yml:9:1: name: unknown key 'name'",
            "a.yml:10:10: restart: \"sometimes\" is not one of no, on-failure, always",
            "a.yml:11:8: ready: the command is empty",
            "a.yml:11:15: ready.port: the number 0 is out of range: it must be from 1 to 65535",
            "a.yml:11:26: ready.socket: the path must be absolute",
            "a.yml:12:13: stopSignal: \"SIGTREM\" is not a signal — did you mean 'SIGTERM'?",
            "a.yml:13:14: stopTimeout: the number -1 is out of range: it must be from 0 to 86400");
  }
}
