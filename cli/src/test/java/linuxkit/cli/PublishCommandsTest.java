package linuxkit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import linuxkit.fixtures.DockerRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes components from machines that have a store each. */
class PublishCommandsTest {
  @TempDir Path directory;
  private Path folder;
  private DockerRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = DockerRegistry.start(directory);
    folder = Files.createDirectories(directory.resolve("git/hello"));
    define("one");
    Files.createDirectory(directory.resolve("home"));
    git("init", "-q");
    commit();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private void define(String contents) throws IOException {
    Files.writeString(
        folder.resolve("build.yml"),
        "image: hello\nfiles: [{path: /etc/x, contents: " + contents + "}]\n");
  }

  private void commit() throws Exception {
    git("add", "-A");
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "x");
  }

  private void git(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("git", "-C", directory.resolve("git").toString()));
    all.addAll(List.of(words));
    program(all.toArray(String[]::new));
  }

  private static String program(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  /** Runs a command on the machine with this store. */
  private Run run(String store, String... args) {
    List<String> all =
        new ArrayList<>(List.of("--cache", directory.resolve(store).toString(), "pkg"));
    all.addAll(List.of(args));
    return Run.of(
        Map.of(
            "HOME",
            directory.resolve("home").toString(),
            "LINUXKIT_PKG_ORG",
            registry.authority() + "/team"),
        all.toArray(String[]::new));
  }

  private Run succeed(String store, String... args) {
    Run run = run(store, args);
    assertThat(run.status()).as(run.err()).isZero();
    return run;
  }

  private String name() {
    return succeed("any", "show-tag", folder.toString()).out().strip();
  }

  private String inspect(String name) throws Exception {
    return program("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + name);
  }

  private String tags() throws Exception {
    return program(
        "skopeo",
        "list-tags",
        "--tls-verify=false",
        "docker://" + registry.authority() + "/team/hello");
  }

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

  private String key(String name) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    byte[] encoded = generator.generateKeyPair().getPrivate().getEncoded();
    String base64 = Base64.getMimeEncoder().encodeToString(encoded);
    return Files.writeString(
            directory.resolve(name),
            "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n")
        .toString();
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

  @Test
  void looksAfterTheCachesOfBuildersThatAreThere() throws Exception {
    Path programs = Files.createDirectory(directory.resolve("programs"));
    Run none = builder(programs, "du");
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).contains("no program that builds from a Dockerfile can be used");

    program(programs, "buildah", "case $1 in version|--version) echo 1.28;; *) echo '{}';; esac");
    Run without = builder(programs, "du", "--builder", "buildah");
    assertThat(without.status()).isEqualTo(1);
    assertThat(without.err()).contains("buildah");

    program(programs, "buildctl", "printf 'ID\\tSIZE\\n%s\\n' \"$*\"");
    assertThat(builder(programs, "du").out()).isEqualTo("ID      SIZE\ndu\n");
    assertThat(
            builder(
                    programs,
                    "prune",
                    "--builders",
                    "linux/amd64=tcp://a:1,linux/arm64=tcp://b:2",
                    "--platforms",
                    "linux/arm64,linux/amd64")
                .out())
        .containsSubsequence("--addr tcp://b:2 prune", "--addr tcp://a:1 prune");

    program(
        programs, "docker", "case \"$*\" in 'buildx inspect nothing') exit 1;; esac; echo \"$*\"");
    assertThat(builder(programs, "prune", "--builder", "docker", "--builder-name", "mine").out())
        .isEqualTo("buildx prune --builder mine --force\n");
    Run unknown = builder(programs, "du", "--builder", "docker", "--builder-name", "nothing");
    assertThat(unknown.status()).isEqualTo(1);
    assertThat(unknown.err()).contains("docker buildx has no builder named nothing");
    program(programs, "buildctl", "case $* in *prune*) echo broken; exit 3;; esac");
    Run failed = builder(programs, "prune");
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.err()).contains("buildctl failed with status 3: broken");
    assertThat(builder(programs, "nothing").status()).isEqualTo(1);
  }

  private Run builder(Path programs, String... args) {
    List<String> all = new ArrayList<>(List.of("pkg", "builder"));
    all.addAll(List.of(args));
    return Run.of(
        Map.of("HOME", directory.toString(), "PATH", programs.toString()),
        all.toArray(String[]::new));
  }

  private static void program(Path programs, String name, String script) throws IOException {
    Path file = programs.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
