package linuxkit.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.cli.Run;
import linuxkit.cli.SavedImage;
import org.junit.jupiter.api.Test;

/** Pushes components from machines that have a store each. */
class PublishCommandsTest extends PublishFixture {
  @Test
  void twoMachinesMakeOneIndexWhoeverComesFirst() throws Exception {
    List<String> indexes = new ArrayList<>();
    for (List<String> order : List.of(List.of("amd64", "arm64"), List.of("arm64", "amd64"))) {
      define("for-" + order.getFirst());
      commit();
      String name = name();
      for (String architecture : order) {
        Run run =
            succeed(
                architecture,
                "build",
                "--push",
                "--platforms",
                "linux/" + architecture,
                folder.toString());
        assertThat(run.out()).matches(name + "@sha256:[0-9a-f]{64}\n");
        assertThat(run.err()).contains("Pushed " + name + "-" + architecture + ": sha256:");
        indexes.add(run.out());
      }
      assertThat(inspect(name))
          .containsSubsequence("\"architecture\":\"amd64\"", "\"architecture\":\"arm64\"");
      for (String architecture : order) {
        assertThat(
                program(
                    "skopeo",
                    "inspect",
                    "--tls-verify=false",
                    "--format",
                    "{{.Architecture}}",
                    "docker://" + name + "-" + architecture))
            .isEqualTo(architecture + "\n");
      }
      // A machine that builds both ends with the same index, and one that builds none uses it.
      Run third = succeed("third-" + order.getFirst(), "push", folder.toString());
      assertThat(third.err()).doesNotContain("Building ").contains("so it is not built");
      assertThat(third.out()).isEqualTo(indexes.getLast());
      Run forced = succeed("fourth", "push", "--force", folder.toString());
      assertThat(forced.out()).isEqualTo(indexes.getLast());
      assertThat(forced.err()).contains(name + " is already in the registry: sha256:");
    }
  }

  @Test
  void refusesChangesThatAreNotCommitted() throws Exception {
    define("changed");
    Run run = run("one", "push", folder.toString());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("the folder has changes that are not committed", "is not pushed", "--hash HASH")
        .doesNotContain("Building");
    assertThat(run("one", "push", "--force", folder.toString()).status()).isEqualTo(1);
    assertThat(succeed("one", "push", "--hash", "mine", folder.toString()).out())
        .startsWith(registry.authority() + "/team/hello:mine@sha256:");
    commit();
    assertThat(run("one", "push", "--force-dirty", folder.toString()).status()).isEqualTo(1);
    String first = program("git", "-C", folder.toString(), "rev-parse", "HEAD~1").strip();
    Run other = run("one", "push", "--hash-commit", first, folder.toString());
    assertThat(other.status()).isEqualTo(1);
    assertThat(other.err()).contains("under the name of commit " + first);
  }

  @Test
  void releasesWhatItPushes() throws Exception {
    assertThat(run("one", "push", "--release", "a/b", folder.toString()).err())
        .contains("\"a/b\" cannot be the tag of an image");
    Run run = succeed("one", "push", "--release", "v1", folder.toString());
    String hello = registry.authority() + "/team/hello";
    assertThat(run.out().lines()).hasSize(2).last().asString().startsWith(hello + ":v1@sha256:");
    assertThat(inspect(hello + ":v1")).isEqualTo(inspect(name()));
    assertThat(tags()).contains("\"v1-amd64\"", "\"v1-arm64\"");

    // Without the flag, git's tags are used, annotated ones too.
    git("tag", "v2");
    git("-c", "user.name=a", "-c", "user.email=a@b", "tag", "-m", "x", "v3");
    git("pack-refs", "--all");
    git("tag", "not+possible");
    Run tagged = succeed("two", "push", folder.toString());
    assertThat(tagged.out()).contains(hello + ":v2@", hello + ":v3@").doesNotContain(":v1@");
    assertThat(tagged.err()).contains("no release for the git tag not+possible");

    // A release stays what it is.
    define("two");
    commit();
    Run second = succeed("one", "push", "--release", "v1", folder.toString());
    assertThat(second.err()).contains(hello + ":v1 is already in the registry, and is not ");
    assertThat(inspect(hello + ":v1")).isNotEqualTo(inspect(name()));
  }

  @Test
  void pushesOnlyWhatWasBuiltFromTheFolder() throws Exception {
    Path archive = SavedImage.write(directory.resolve("app.tar"), name(), "amd64", "");
    Run.of(
        Map.of("HOME", directory.resolve("home").toString()),
        "--cache",
        directory.resolve("one").toString(),
        "cache",
        "import",
        archive.toString());
    Run none = succeed("one", "push", "--nobuild", folder.toString());
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("The store has no image of " + name() + " for linux/amd64");
    assertThat(Files.exists(directory.resolve("content/docker/registry/v2/repositories")))
        .isFalse();

    succeed("two", "build", "--platforms", "linux/arm64", folder.toString());
    Run built = succeed("two", "push", "--nobuild", "--manifest=false", folder.toString());
    assertThat(built.err()).contains("for linux/arm64: sha256:").doesNotContain("Building");
    assertThat(tags()).doesNotContain("-arm64");
  }

  @Test
  void makesAnIndexOfWhatWasPushed() throws Exception {
    Run missing = run("one", "manifest", folder.toString());
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.err()).contains("no image for any architecture", name() + "-amd64");
    String pushed = succeed("one", "push", folder.toString()).out();
    for (String command : List.of("manifest", "index")) {
      assertThat(succeed("two", command, folder.toString()).out()).isEqualTo(pushed);
    }
    assertThat(succeed("two", "manifest", "--release", "v1", folder.toString()).out())
        .contains(":v1@sha256:");
  }

  @Test
  void doesNotSignWhatOthersHavePutInItsPlace() throws Exception {
    succeed("attacker", "push", folder.toString());
    Run refused = run("builder", "push", "--sign", key("builder.pem"), folder.toString());
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err())
        .contains("that was not built here and is not signed with this key: sha256:");
    assertThat(tags()).doesNotContain(".sig");
    String key = directory.resolve("builder.pem").toString();
    succeed("builder", "push", "--force", "--sign", key, folder.toString());
    assertThat(tags()).contains(".sig");
    // Another machine with this key has nothing to add.
    assertThat(succeed("other", "push", "--sign", key, folder.toString()).err())
        .contains("is already signed with this key");
    assertThat(run("other", "push", "--sign", key("other.pem"), folder.toString()).status())
        .isEqualTo(1);
  }

  @Test
  void givesAnImageAnotherName() throws Exception {
    succeed("one", "push", folder.toString());
    String to = registry.authority() + "/other/hello:stable";
    assertThat(succeed("two", "remote-tag", "--release", "x", name(), to).out())
        .startsWith(to + "@sha256:");
    assertThat(inspect(to)).isEqualTo(inspect(name()));
    assertThat(run("two", "remote-tag", name()).status()).isEqualTo(1);
    Run missing = run("two", "remote-tag", name() + "x", to);
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.err()).contains("no such image in registry");
  }
}
