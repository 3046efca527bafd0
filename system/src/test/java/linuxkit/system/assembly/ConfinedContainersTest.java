package linuxkit.system.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import org.junit.jupiter.api.Test;

/** What depends on the files of an image: new privileges, users, ids of its own. */
class ConfinedContainersTest extends AssemblyFixture {
  private static final String CAPABILITY = "security.capability";
  private static final String DENIED = "\"noNewPrivileges\": true";

  private String config(SystemTree system, String folder) throws IOException {
    return text(system, "containers/" + folder + "/config.json");
  }

  @Test
  void deniesNewPrivilegesToImagesWithoutProgramsThatGiveThem() throws IOException {
    images
        .add("lk/plain:1", f -> f.with("bin/x", 0755, Map.of()).with("var/lock", 02644, Map.of()))
        .add("lk/setuid:1", f -> f.with("usr/bin/su", 04755, Map.of()))
        .add("lk/setgid:1", f -> f.with("usr/bin/wall", 02755, Map.of()))
        .add("lk/caps:1", f -> f.with("bin/ping", 0755, Map.of(CAPABILITY, "x")));
    SystemTree system =
        assemble(
            """
            services:
            - {name: plain, image: lk/plain:1}
            - {name: again, image: lk/plain:1}
            - {name: admin, image: lk/plain:1, capabilities: [all]}
            - {name: setuid, image: lk/setuid:1}
            - {name: setgid, image: lk/setgid:1}
            - {name: caps, image: lk/caps:1}
            """);
    assertThat(config(system, "services/plain")).contains(DENIED);
    assertThat(config(system, "services/again")).contains(DENIED);
    for (String open : new String[] {"admin", "setuid", "setgid", "caps"}) {
      assertThat(config(system, "services/" + open)).doesNotContain("noNewPrivileges");
    }
  }

  @Test
  void runsAsTheUserOfTheImageOnRequest() throws IOException {
    images.add(
        "lk/user:1",
        Map.of(MemoryImages.USER, "app"),
        f -> f.file("etc/passwd", "app:x:7:8::/:\n").file("etc/group", "log:x:9:app\n"));
    SystemTree system =
        assemble(
            """
            onboot: [{name: a, image: lk/user:1}, {name: b, image: lk/user:1}]
            services: [{name: c, image: lk/user:1, user: image}, {name: d, image: lk/user:1, uid: 0}]
            """);
    assertThat(config(system, "services/c").replaceAll("\\s", ""))
        .contains("\"user\":{\"uid\":7,\"gid\":8,\"additionalGids\":[9]}");
    assertThat(config(system, "onboot/000-a").replaceAll("\\s", ""))
        .contains("\"user\":{\"uid\":0,\"gid\":0}");
    assertThat(progress.warnings())
        .containsExactly(
            "docker.io/lk/user:1: its programs run as root, although the image names the user"
                + " \"app\": write 'user: image' to run them as that user, or 'uid: 0' to keep root");
    refused(
        "services: [{name: a, image: lk/user:1, user: 'app:ghosts'}]",
        "m.yml:1:46: services.0.user: the image has no group \"ghosts\"");
    refused(
        "services: [{name: a, image: lk/user:1, user: app, gid: 1}]",
        "m.yml:1:46: services.0.user: 'user' cannot be combined with 'gid'");
  }

  @Test
  void givesContainersIdsOfTheirOwn() throws IOException {
    String revision2 = "\1\0\0\2" + "\0".repeat(16);
    images.add(
        "lk/own:1",
        f ->
            f.root()
                .file("x", "")
                .with("caps", 0755, Map.of(CAPABILITY, revision2))
                .symlink("link", "x"));
    SystemTree system =
        assemble(
            """
            onboot: [{name: shared, image: lk/own:1}]
            services:
            - {name: own, image: lk/own:1, userns: auto}
            - {name: apart, image: lk/own:1, userns: auto, net: new, readonly: true}
            """);
    long start = 101 * 65536;
    String lower = "containers/services/own/lower";
    Metadata shifted = node(system, lower + "/x").metadata();
    assertThat(shifted.uid()).isEqualTo(start + 3);
    assertThat(shifted.gid()).isEqualTo(start + 4);
    assertThat(node(system, lower).metadata().uid()).isEqualTo(start + 5);
    assertThat(node(system, lower).metadata().permissions()).isEqualTo(0700);
    assertThat(node(system, lower + "/link")).isInstanceOf(Node.Symlink.class);
    assertThat(node(system, lower + "/etc/hosts").metadata().uid()).isEqualTo(start);
    assertThat(node(system, lower + "/caps").metadata().xattrs())
        .containsEntry(CAPABILITY, "\1\0\0\3" + "\0".repeat(16) + "\0\0\145\0");
    assertThat(node(system, "containers/services/apart/rootfs/x").metadata().uid())
        .isEqualTo(start + 65536 + 3);
    assertThat(node(system, "containers/onboot/000-shared/lower/x").metadata().uid()).isEqualTo(3);
    assertThat(config(system, "services/own").replaceAll("\\s", ""))
        .contains(
            "\"uidMappings\":[{\"containerID\":0,\"hostID\":6619136,\"size\":65536}]",
            "\"gidMappings\":[{\"containerID\":0,\"hostID\":6619136,\"size\":65536}]",
            "{\"type\":\"user\"}",
            "\"destination\":\"/sys\",\"type\":\"bind\",\"source\":\"/sys\"");
    assertThat(config(system, "services/apart")).contains("\"type\": \"sysfs\"");
    refused(
        "services: [{name: a, image: lk/own:1, userns: auto, pid: host, uidMappings: [{size: 1}]}]",
        "m.yml:1:47: services.0.userns: 'userns: auto' requires 'pid: new'\n"
            + "m.yml:1:47: services.0.userns: 'userns: auto' cannot be combined with uidMappings and"
            + " gidMappings");
  }

  @Test
  void limitsTheLayerOnRequest() throws IOException {
    SystemTree system = assemble("services: [{name: a, image: lk/svc:1, rootfsSize: 64m}]");
    assertThat(text(system, "containers/services/a/runtime.json").replaceAll("\\s", ""))
        .contains(
            "{\"destination\":\"/containers/services/a/tmp\",\"type\":\"tmpfs\",\"source\":\"tmpfs\","
                + "\"options\":[\"nosuid\",\"nodev\",\"size=64m\"]}",
            "\"options\":[\"remount\",\"private\",\"nosuid\",\"nodev\"]}");
    refused(
        "services: [{name: a, image: lk/svc:1, rootfsSize: lots}]",
        "m.yml:1:51: services.0.rootfsSize: expected a size such as 64m or 10%");
  }
}
