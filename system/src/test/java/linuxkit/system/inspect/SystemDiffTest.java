package linuxkit.system.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.json.JsonFormat;
import linuxkit.system.assembly.MemoryImages;
import linuxkit.system.inspect.SystemDiff.Change;
import org.junit.jupiter.api.Test;

class SystemDiffTest {
  private static final String STATUS =
      "Package: nginx\nStatus: install ok installed\nVersion: %s\n";

  private final MemoryImages images =
      new MemoryImages()
          .add("lk/kernel:1", f -> f.file("kernel", "k"))
          .add(
              "lk/web:1",
              f -> f.file("var/lib/dpkg/status", STATUS.formatted("1.26")).file("a", "aaa"))
          .add(
              "lk/web:2",
              f -> f.file("var/lib/dpkg/status", STATUS.formatted("1.27")).file("b", "b"));

  private InspectedSystem system(String cmdline, String web) {
    return Manifests.assemble(
        "kernel: {image: lk/kernel:1, tar: none, cmdline: %s}\nservices: [{name: web, %s}]"
            .formatted(cmdline, web),
        images);
  }

  private static SystemDiff diff(InspectedSystem before, InspectedSystem after) {
    return SystemDiff.of(before, after, Progress.silent());
  }

  @Test
  void findsNoDifferenceToItself() {
    SystemDiff diff = diff(system("a", "image: lk/web:1"), system("a", "image: lk/web:1"));
    assertThat(diff.isSame()).isTrue();
    assertThat(diff.sizes()).isEmpty();
  }

  @Test
  void comparesEveryAspect() {
    SystemDiff diff =
        diff(
            system("a", "image: lk/web:1, binds: ['/run:/run']"),
            system("b", "image: lk/web:2, capabilities: [CAP_CHOWN], net: new"));
    assertThat(diff.isSame()).isFalse();
    assertThat(diff.cmdline()).isEqualTo(new Change<>(Optional.of("a"), Optional.of("b")));
    Component web = new Component(Component.Kind.SERVICES, "web");
    assertThat(diff.packages())
        .containsExactly(
            new SystemDiff.PackageChange(
                web, "deb", "nginx", new Change<>(Optional.of("1.26"), Optional.of("1.27"))));
    assertThat(diff.containers())
        .containsExactly(
            new SystemDiff.ContainerChange(
                web,
                List.of("CAP_CHOWN"),
                List.of("bind /run → /run", "the system's network namespace")));
    String root = "containers/services/web/";
    assertThat(diff.files().keySet())
        .containsExactly(
            "boot/cmdline",
            root + "config.json",
            root + "lower/a",
            root + "lower/b",
            root + "lower/var/lib/dpkg/status");
    assertThat(file(diff, root + "lower/a").after()).isEmpty();
    assertThat(file(diff, root + "lower/b").before()).isEmpty();
    assertThat(diff.sizes()).containsOnlyKeys(web);
  }

  @Test
  void describesBindsAndCommandsByTheirEffect() {
    String rest = "image: lk/web:1, binds: ['/a:/a:%s'], command: %s";
    SystemDiff diff =
        diff(
            system("a", rest.formatted("ro,rw", "['a b', c]")),
            system("a", rest.formatted("rw,ro", "[a, b c, '']")));
    assertThat(diff.containers())
        .containsExactly(
            new SystemDiff.ContainerChange(
                new Component(Component.Kind.SERVICES, "web"),
                List.of("bind /a → /a (read-only)", "command a 'b c' ''"),
                List.of("bind /a → /a", "command 'a b' c", "mount options of /a rbind")));
  }

  @Test
  void a8NamesEnvironmentMountsAndSupervision() {
    String before =
        "image: lk/web:1, env: [A=1, B=2], tmpfs: ['/tmp:mode=700'], cwd: /a, restart: always,"
            + " binds: ['/x:/x:rw,rslave', '/y:/y'],"
            + " mounts: [{type: ext4, source: /dev/sda, destination: /d, options: [noatime]}]";
    String after =
        "image: lk/web:1, env: [A=1, B=3], tmpfs: ['/tmp:mode=700,noexec', /t], hostname: h,"
            + " binds: ['/x:/x:rw,rslave,noexec', '/y:/y'],"
            + " mounts: [{type: ext4, source: /dev/sda, destination: /d, options: [relatime]}]";
    SystemDiff.ContainerChange change =
        diff(system("a", before), system("a", after)).containers().getFirst();
    assertThat(change.added())
        .containsExactly(
            "cwd /work",
            "env B=3",
            "hostname h",
            "mount options of /d relatime",
            "mount options of /x rslave,noexec,rbind",
            "mount tmpfs → /t",
            "mount tmpfs → /tmp mode=700,noexec");
    assertThat(change.removed())
        .containsExactly(
            "cwd /a",
            "env B=2",
            "mount options of /d noatime",
            "mount options of /x rslave,rbind",
            "mount tmpfs → /tmp mode=700",
            "restart always");
  }

  @Test
  void a8ComparesPackagesOfTheKernelsImageIfBothSystemsListThem() {
    InspectedSystem first = withBill("6.12.1");
    InspectedSystem second = withBill("6.12.2");
    assertThat(diff(first, second).packages())
        .containsExactly(
            new SystemDiff.PackageChange(
                new Component(Component.Kind.KERNEL, ""),
                "deb",
                "linux-image",
                new Change<>(Optional.of("6.12.1"), Optional.of("6.12.2"))));
    assertThat(diff(first, system("a", "image: lk/web:1")).packages()).isEmpty();
  }

  private InspectedSystem withBill(String version) {
    InspectedSystem system = system("a", "image: lk/web:1");
    String bill =
        """
        {"packages": [
          {"SPDXID": "SPDXRef-kernel", "name": "kernel", "versionInfo": "1"},
          {"SPDXID": "SPDXRef-kernel-deb-linux-image", "name": "linux-image",
           "versionInfo": "%s", "externalRefs": [{"referenceType": "purl",
           "referenceLocator": "pkg:deb/debian/linux-image@x"}]},
          {"SPDXID": "SPDXRef-init-0-deb-y", "name": "y", "versionInfo": "%s"}]}
        """
            .formatted(version, version);
    system
        .files()
        .put(
            "sbom.spdx.json",
            new Node.RegularFile(
                Metadata.of(0644, 0, 0, 0), Content.of(bill.getBytes(StandardCharsets.UTF_8))),
            Origin.NONE);
    return system;
  }

  @Test
  void t12NamesGroupsDevicesAndWhatHoldsAContainerBack() {
    String before =
        "image: lk/web:1, userns: auto, rlimits: ['nofile,10,20'], oomScoreAdj: 5,"
            + " noNewPrivileges: true, resources: {pids: {limit: 9}}";
    String after =
        "image: lk/web:1, additionalGids: [7], devices: [{path: /dev/sda, type: b, major: 8,"
            + " minor: 0, mode: '0600'}], maskedPaths: [/proc/keys], readonlyPaths: [],"
            + " noNewPrivileges: false, oomScoreAdj: -1000, seccomp: unconfined";
    SystemDiff diff = diff(system("a", before), system("a", after));
    SystemDiff.ContainerChange change = diff.containers().getFirst();
    assertThat(change.added())
        .containsExactly(
            "device /dev/sda b 8:0",
            "devices 8:0 of type b",
            "group 7",
            "mount sysfs → /sys nosuid,noexec,nodev",
            "oomScoreAdj -1000");
    assertThat(change.removed())
        .contains(
            "limit RLIMIT_NOFILE 10:20",
            "masked /proc/kcore",
            "no new privileges",
            "oomScoreAdj 5",
            "read-only /proc/sys",
            "resources pids {\"limit\":9}",
            "user namespace")
        .anyMatch(word -> word.startsWith("seccomp filter "))
        .anyMatch(word -> word.startsWith("uids from 0 are "))
        .doesNotContain("masked /proc/keys");
  }

  private static Change<FileState> file(SystemDiff diff, String path) {
    return Objects.requireNonNull(diff.files().get(path));
  }

  @Test
  void describesChangesOfFiles() {
    InspectedSystem before =
        Manifests.assemble(
            "files: [{path: a, contents: x}, {path: l, symlink: x}, {path: t, contents: x}]",
            images);
    InspectedSystem after =
        Manifests.assemble(
            "files: [{path: a, contents: yy, mode: '0644', uid: 5}, {path: l, symlink: y},"
                + " {path: t, symlink: x}]",
            images);
    SystemDiff diff = diff(before, after);
    assertThat(words(diff, "a"))
        .isEqualTo("mode 0600 → 0644, owner 0:0 → 5:0, size 1 B → 2 B, content");
    assertThat(words(diff, "l")).isEqualTo("x → y");
    assertThat(words(diff, "t")).isEqualTo("file → link");
  }

  private static String words(SystemDiff diff, String path) {
    Change<FileState> change = file(diff, path);
    return String.join(
        ", ", change.before().orElseThrow().differences(change.after().orElseThrow()));
  }

  @Test
  void ignoresWhatAnInitrdDoesNotKeep() {
    InspectedSystem whole = system("a", "image: lk/web:1");
    InspectedSystem part = new InspectedSystem(whole.files(), "a", false);
    whole.files().remove("boot/cmdline");
    assertThat(diff(system("a", "image: lk/web:1"), part).isSame()).isTrue();
  }

  @Test
  void writesTheSameAsJson() {
    InspectedSystem before = Manifests.assemble("files: [{path: a, contents: x}]", images);
    InspectedSystem after = Manifests.assemble("files: [{path: a, symlink: x}]", images);
    assertThat(JsonFormat.COMPACT.write(DiffJson.of(diff(before, after))))
        .isEqualTo(
            "{\"same\":false,\"cmdline\":{\"before\":\"\",\"after\":\"\"},"
                + "\"total\":{\"before\":1,\"after\":0},"
                + "\"sizes\":[{\"component\":\"files\",\"before\":1,\"after\":0}],"
                + "\"packages\":[],\"containers\":[],\"files\":[{\"path\":\"/a\","
                + "\"before\":{\"type\":\"file\",\"mode\":\"0600\",\"owner\":\"0:0\",\"size\":1,"
                + "\"content\":\"sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\"},"
                + "\"after\":{\"type\":\"link\",\"mode\":\"0600\",\"owner\":\"0:0\",\"content\":\"x\"}}]}");
  }
}
