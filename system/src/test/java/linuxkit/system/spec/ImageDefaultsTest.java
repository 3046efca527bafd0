package linuxkit.system.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.filesystem.Content;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import org.junit.jupiter.api.Test;

/** What an image's files and its user decide. */
class ImageDefaultsTest {
  private static final ImageFacts IMAGE =
      new ImageFacts(
          false,
          content(
              """
              root:x:0:0:root:/root:/bin/sh
              # a comment
              broken:x:many:1
              www:x:33:34::/:/bin/false
              1000:x:7:8::/:/bin/false
              """),
          content("root:x:0:\nstaff:x:50:www,root\nweb:x:34:www\nlog:x:4:xwww,www\nshort:x\n"));

  private final List<String> problems = new ArrayList<>();

  private static Optional<Content> content(String text) {
    return Optional.of(Content.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  private ContainerConfig complete(String entry, ImageFacts image, String user) {
    return ImageDefaults.complete(
        RuntimeSpecTest.merge(entry, "{}"),
        image,
        user,
        (key, value, problem) -> problems.add(key + " " + value + ": " + problem));
  }

  private String user(String wanted, String ofImage) {
    JsonObject spec =
        RuntimeSpec.json(
            complete("{user: '" + wanted + "'}", IMAGE, ofImage).without(ContainerKeys.USER),
            new ContainerIds(List.of()),
            "amd64",
            (key, _, problem) -> problems.add(key + ": " + problem));
    JsonObject process = (JsonObject) spec.get("process").orElseThrow();
    return JsonFormat.COMPACT.write(process.get("user").orElseThrow());
  }

  @Test
  void findsUsersInTheFilesOfTheImage() {
    String www = "{\"uid\":33,\"gid\":34,\"additionalGids\":[50,4]}";
    assertThat(user("image", "www")).isEqualTo(www);
    assertThat(user("www", "nobody")).isEqualTo(www);
    assertThat(user("33", "")).isEqualTo(www);
    assertThat(user("image", "www:staff")).isEqualTo("{\"uid\":33,\"gid\":50}");
    assertThat(user("image", "12:13")).isEqualTo("{\"uid\":12,\"gid\":13}");
    assertThat(user("image", "12")).isEqualTo("{\"uid\":12,\"gid\":0}");
    assertThat(user("image", "1000")).isEqualTo("{\"uid\":7,\"gid\":8}");
    assertThat(user("image", "")).isEqualTo("{\"uid\":0,\"gid\":0}");
    assertThat(user("", "www")).isEqualTo("{\"uid\":0,\"gid\":0}");
    assertThat(problems).isEmpty();
  }

  @Test
  void reportsUnknownUsers() {
    for (String wanted : List.of("broken", "www:short", "4294967295", "-1")) {
      user(wanted, "");
    }
    user("image", "ghost");
    assertThat(problems)
        .containsExactly(
            "user broken: the image has no user \"broken\"",
            "user www:short: the image has no group \"short\"",
            "user 4294967295: the image has no user \"4294967295\"",
            "user -1: the image has no user \"-1\"",
            "user image: the image has no user \"ghost\"");
  }

  @Test
  void warnsOfUsersThatAreIgnored() {
    ContainerConfig silent = RuntimeSpecTest.merge("{}", "{}");
    assertThat(ImageDefaults.ignoredUser(silent, "redis:8", "999"))
        .contains(
            "redis:8: its programs run as root, although the image names the user \"999\": write"
                + " 'user: image' to run them as that user, or 'uid: 0' to keep root");
    for (String root : List.of("", "root", "0", "0:0", "root:root")) {
      assertThat(ImageDefaults.ignoredUser(silent, "x", root)).isEmpty();
    }
    for (String decided : List.of("{uid: 0}", "{user: image}")) {
      ContainerConfig config = RuntimeSpecTest.merge(decided, "{}");
      assertThat(ImageDefaults.ignoredUser(config, "x", "999")).isEmpty();
    }
  }

  @Test
  void replacesTheUserOfTheLabel() {
    ContainerConfig user = RuntimeSpecTest.merge("{user: www}", "{uid: 5, additionalGids: [6]}");
    assertThat(user.get(ContainerKeys.UID)).isEmpty();
    assertThat(user.get(ContainerKeys.ADDITIONAL_GIDS)).isEmpty();
    ContainerConfig uid = RuntimeSpecTest.merge("{uid: 5}", "{user: www}");
    assertThat(uid.get(ContainerKeys.USER)).isEmpty();
    ImageDefaults.check(
        RuntimeSpecTest.merge("{user: www, uid: 1, gid: 2}", "{}"),
        (key, value, problem) -> problems.add(key + " " + value + ": " + problem));
    assertThat(problems).containsExactly("user www: 'user' cannot be combined with 'uid', 'gid'");
  }

  @Test
  void deniesNewPrivilegesUnlessTheImageNeedsThem() {
    ImageFacts raising = new ImageFacts(true, Optional.empty(), Optional.empty());
    assertThat(complete("{}", IMAGE, "").isSet(ContainerKeys.NO_NEW_PRIVILEGES)).isTrue();
    for (ContainerConfig open :
        List.of(
            complete("{}", raising, ""),
            complete("{noNewPrivileges: false}", IMAGE, ""),
            complete("{capabilities: [all]}", IMAGE, ""))) {
      assertThat(open.isSet(ContainerKeys.NO_NEW_PRIVILEGES)).isFalse();
    }
    assertThat(
            complete("{noNewPrivileges: true}", raising, "").isSet(ContainerKeys.NO_NEW_PRIVILEGES))
        .isTrue();
  }
}
