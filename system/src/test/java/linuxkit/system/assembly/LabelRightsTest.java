package linuxkit.system.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import linuxkit.base.cache.WorkCache;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.system.manifest.ManifestLoader;
import linuxkit.system.manifest.ManifestSource;
import linuxkit.system.manifest.SystemManifest;
import linuxkit.system.tree.AssemblyOptions;
import linuxkit.system.tree.LabelRules;
import linuxkit.system.tree.PlacementListener;
import org.junit.jupiter.api.Test;

/** T12: what is said of the rights that an image has by its label. */
class LabelRightsTest extends AssemblyFixture {
  private static final String NAME = "lk/evil:1";

  private List<String> lines(String label, String more, LabelRules rules) {
    images.add(NAME, MemoryImages.label(label), f -> f.file("bin/evil", ""));
    String manifest = "services: [{name: evil, image: '" + NAME + "'" + more + "}]";
    progress.infos().clear();
    SystemManifest read =
        ManifestLoader.load(
            List.of(
                new ManifestSource(
                    "m.yml", manifest.getBytes(StandardCharsets.UTF_8), Optional.empty())),
            Object::toString,
            progress);
    AssemblyOptions options =
        new AssemblyOptions(
            NOW,
            false,
            folder,
            folder,
            new WorkCache(folder.resolve("work")),
            Optional.empty(),
            rules);
    SystemAssembler.assemble(
        FoundImages.find(read, images, Platform.linux("amd64")),
        options,
        progress,
        PlacementListener.NONE);
    return progress.infos().stream().filter(line -> line.contains("asks for")).toList();
  }

  private void asksFor(String label, String... rights) {
    assertThat(lines(label, "", LabelRules.DEFAULT))
        .containsExactly(
            "services.evil: docker.io/lk/evil:1 asks for: "
                + String.join(", ", rights)
                + " (label org.mobyproject.config)");
  }

  @Test
  void t12NamesEveryKindOfRight() {
    asksFor("{\"capabilities\": [\"ALL\"]}", "all capabilities");
    asksFor("{\"ambient\": [\"CAP_CHOWN\"]}", "CAP_CHOWN", "ambient CAP_CHOWN");
    asksFor(
        "{\"ipc\": \"/x\", \"uts\": \"root\"}",
        "the ipc namespace /x",
        "the system's uts namespace");
    asksFor("{\"binds\": [\"/etc:/e:rw,ro\"]}", "bind /etc → /e (read-only)");
    asksFor(
        "{\"mounts\": [{\"type\": \"ext4\", \"source\": \"/dev/sda\", \"destination\": \"/d\"},"
            + " {\"type\": \"cgroup\", \"options\": [\"rw\"], \"destination\": \"/c\"}]}",
        "mount cgroup cgroup → /c",
        "mount ext4 /dev/sda → /d");
    asksFor(
        "{\"resources\": {\"devices\": [{\"allow\": true, \"type\": \"c\", \"major\": 1},"
            + " {\"allow\": true, \"type\": \"a\"}]}}",
        "devices all",
        "devices 1:* of type c");
    asksFor("{\"rootfsPropagation\": \"shared\"}", "root propagation shared");
    asksFor("{\"cgroupsPath\": \"/init\"}", "cgroup /init");
    asksFor("{\"sysctl\": {\"kernel.core_pattern\": \"|/x\"}}", "sysctl kernel.core_pattern=|/x");
    asksFor(
        "{\"runtime\": {\"mounts\": [{\"type\": \"bind\", \"source\": \"/\","
            + " \"destination\": \"/containers/x\"}],"
            + " \"interfaces\": [{\"name\": \"eth0\"}], \"cgroups\": [\"c\"]}}",
        "mounts / on /containers/x in the system",
        "network interface eth0",
        "cgroup c");
  }

  @Test
  void t12ShowsEveryKindAndTheRootAmongManyRights() {
    String binds =
        IntStream.range(0, 1000)
            .mapToObj(i -> "\"/harmless" + i + ":/h" + i + "\"")
            .collect(Collectors.joining(", "));
    assertThat(
            lines(
                "{\"binds\": [" + binds + ", \"/:/host\"], \"sysctl\": {\"a\": \"b\"}}",
                "",
                LabelRules.DEFAULT))
        .singleElement()
        .asString()
        .contains("asks for: bind / → /host, bind /harmless0", ", sysctl a=b and 981 more (label")
        .hasSizeLessThan(1500);
  }

  @Test
  void t12EscapesLabels() {
    asksFor("{\"binds\": [\"/a\\n\\u001b[31mx:/b\"]}", "bind /a\\n\\u001b[31mx → /b");
  }

  @Test
  void t12ReportsRightsOfOwnComponentsAsDetail() {
    LabelRules rules = new LabelRules(false, Set.of(Reference.parse(NAME)));
    assertThat(lines("{\"capabilities\": [\"all\"]}", "", rules)).isEmpty();
  }

  @Test
  void t12DoesNotReportRightsOfTheManifest() {
    String label =
        "{\"capabilities\": [\"all\"], \"pid\": \"host\", \"runtime\": {\"mkdir\": [\"/x\"]}}";
    assertThat(
            lines(
                label,
                ", capabilities: [all], pid: host, runtime: {mkdir: []}",
                LabelRules.DEFAULT))
        .isEmpty();
  }

  @Test
  void t12ReportsLabelsThatUndoConfinement() {
    asksFor(
        "{maskedPaths: [], readonlyPaths: [/x], seccomp: unconfined, noNewPrivileges: false}",
        "maskedPaths of its own",
        "readonlyPaths of its own",
        "seccomp of its own",
        "new privileges");
    asksFor(
        "{additionalGids: [6], mounts: [{type: sysfs, source: sysfs, destination: /sys, options:"
            + " [rw]}, {type: proc, source: proc, destination: /p}]}",
        "mount proc proc → /p",
        "mount sysfs → /sys",
        "group 6");
    asksFor(
        "{mounts: [{type: sysfs, source: sysfs, destination: /sys, options: [ro]},"
            + " {type: sysfs, source: sysfs, destination: /s, options: [ro]}]}",
        "mount sysfs → /sys (read-only)",
        "mount sysfs sysfs → /s (read-only)");
    assertThat(
            lines(
                "{seccomp: default, noNewPrivileges: true, userns: auto, oomScoreAdj: 100}",
                "",
                LabelRules.DEFAULT))
        .isEmpty();
  }

  @Test
  void t12ReportsWhatRuntimesObey() {
    asksFor(
        "{annotations: {run.oci.seccomp_bpf_data: AAAA}, oomScoreAdj: -1000,"
            + " rlimits: ['core,unlimited,unlimited']}",
        "limit core,unlimited,unlimited",
        "oomScoreAdj -1000",
        "annotation run.oci.seccomp_bpf_data=AAAA");
  }
}
