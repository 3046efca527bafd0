package linuxkit.cli.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.base.Sha256;
import linuxkit.cli.RegistryImage;
import linuxkit.cli.Run;
import linuxkit.fixtures.DockerRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks manifests whose images are in a registry, and builds them after tags have moved. */
class LockCommandTest {
  @TempDir Path directory;
  private DockerRegistry registry;
  private String app;
  private int layouts;

  @BeforeEach
  void start() throws Exception {
    registry = DockerRegistry.start(directory);
    app = registry.authority() + "/team/app";
    push("app:1", "one", "amd64", "arm64");
    manifest("web.yml", app + ":1");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private String push(String name, String version, String... architectures) throws Exception {
    return RegistryImage.push(
        directory.resolve("layout" + layouts++), registry, "team/" + name, version, architectures);
  }

  private Path manifest(String name, String... images) throws IOException {
    StringBuilder text = new StringBuilder("services:\n");
    for (String image : images) {
      String service = name.charAt(0) + "-" + Sha256.hex(image.getBytes(UTF_8)).substring(0, 8);
      text.append(
          "  - {name: %s, image: \"%s\", command: [/greeting]}\n".formatted(service, image));
    }
    return Files.writeString(directory.resolve(name), text);
  }

  private Path lock() {
    return directory.resolve("web.lock");
  }

  private Run run(String store, String line) {
    List<String> args = new ArrayList<>(List.of("--cache", directory.resolve(store).toString()));
    args.addAll(List.of(line.replace("DIR", directory.toString()).split(" +")));
    return Run.of(Map.of("HOME", directory.toString()), args.toArray(String[]::new));
  }

  private Run succeed(String store, String line) {
    Run run = run(store, line);
    assertThat(run.status()).as(run.err()).isZero();
    return run;
  }

  private void refused(String store, String line, String... messages) {
    Run run = run(store, line);
    assertThat(run.err()).contains(messages);
    assertThat(run.status()).isEqualTo(1);
  }

  private String build(String store, String options) throws IOException {
    Path tar = directory.resolve("out.tar");
    Files.deleteIfExists(tar);
    succeed(store, "build " + options + " --arch amd64 --o DIR/out.tar DIR/web.yml");
    return Sha256.of(tar);
  }

  @Test
  void buildsTheSameBytesAfterTheRegistryHasStopped() throws Exception {
    String digest = push("app:stable", "one", "amd64", "arm64");
    manifest("web.yml", app + ":1", app + ":stable");
    assertThat(succeed("one", "lock DIR/web.yml").out())
        .contains("+ " + app + ":1 " + digest.substring(0, 19) + " (one)")
        .contains("+ " + app + ":stable " + digest.substring(0, 19));
    byte[] locked = Files.readAllBytes(lock());
    String first = build("one", "--locked");

    push("app:1", "two", "amd64", "arm64");
    assertThat(build("two", "--locked")).isEqualTo(first);
    assertThat(succeed("two", "cache ls").out())
        .contains(app + ":1@" + digest, app + ":stable@" + digest);
    // The store has the new image, too, and its name has moved.
    succeed("one", "cache pull " + app + ":1");
    assertThat(build("one", "--locked --pull")).isEqualTo(first);
    Path aside = Files.move(lock(), directory.resolve("aside"));
    assertThat(build("one", "")).isNotEqualTo(first);
    Files.move(aside, lock());

    registry.close();
    assertThat(build("two", "--locked")).isEqualTo(first);
    assertThat(build("one", "--locked")).isEqualTo(first);
    assertThat(build("one", "")).isEqualTo(first);
    succeed("one", "lock DIR/web.yml");
    assertThat(Files.readAllBytes(lock())).isEqualTo(locked);
    Files.delete(lock());
    refused("one", "build --locked --o DIR/other.tar DIR/web.yml", "there is no lock file");
    assertThat(directory.resolve("other.tar")).doesNotExist();
  }

  @Test
  void keepsLockedImagesWhenTheStoreIsTidied() throws Exception {
    succeed("one", "lock DIR/web.yml");
    push("app:1", "two", "amd64");
    String first = build("two", "");
    succeed("two", "cache prune");
    registry.close();
    assertThat(build("two", "")).isEqualTo(first);
  }

  @Test
  void buildsAgainAfterTheLockFileHasChanged() throws Exception {
    succeed("one", "lock DIR/web.yml");
    String first = build("one", "");
    push("app:1", "two", "amd64", "arm64");
    assertThat(succeed("one", "lock --update DIR/web.yml").out()).contains("(one) → ", "(two)");
    assertThat(build("one", "")).isNotEqualTo(first);
  }

  @Test
  void buildsEveryPlatformThatTheIndexHad() throws Exception {
    succeed("one", "lock DIR/web.yml");
    push("app:1", "two", "amd64");
    succeed("one", "build --arch arm64 --o DIR/arm.tar DIR/web.yml");
    succeed("one", "lock --update DIR/web.yml");
    refused(
        "one",
        "build --arch arm64 --o DIR/other.tar DIR/web.yml",
        "has no image of " + app + ":1 for linux/arm64, only for linux/amd64",
        "linuxkit lock");
    assertThat(directory.resolve("other.tar")).doesNotExist();
  }

  @Test
  void refusesWhatIsNotLocked() throws Exception {
    succeed("one", "lock DIR/web.yml");
    push("other:1", "other", "amd64");
    String other = registry.authority() + "/team/other:1";
    manifest("web.yml", app + ":1", other);
    refused(
        "one",
        "build --arch amd64 --o DIR/out.tar DIR/web.yml",
        "web.yml:3:",
        "the lock file does not have the image " + other,
        "linuxkit lock " + directory.resolve("web.yml"));
    Run check = run("one", "lock --check DIR/web.yml");
    assertThat(check.status()).isEqualTo(1);
    assertThat(check.out()).isEqualTo("+ " + other + "\n");
    succeed("one", "lock DIR/web.yml");
    succeed("one", "lock --check DIR/web.yml");
    manifest("web.yml", other);
    assertThat(run("one", "lock --check DIR/web.yml").out()).startsWith("- " + app + ":1 sha256:");
    assertThat(succeed("one", "lock DIR/web.yml").out()).startsWith("- " + app);
    assertThat(Files.readString(lock())).doesNotContain(app + ":1");
  }

  @Test
  void updatesOnlyWhatIsNamed() throws Exception {
    push("other:1", "other", "amd64");
    String other = registry.authority() + "/team/other:1";
    manifest("web.yml", app + ":1", other);
    succeed("one", "lock DIR/web.yml");
    push("app:1", "two", "amd64");
    push("other:1", "newer", "amd64");
    Run moved = succeed("one", "lock --check --online DIR/web.yml");
    assertThat(moved.out()).contains("moved: " + app + ":1 sha256:", "moved: " + other);
    assertThat(succeed("one", "lock DIR/web.yml").out()).isEmpty();
    assertThat(succeed("one", "lock --update DIR/web.yml " + other).out())
        .startsWith("~ " + other + " sha256:")
        .contains("(other) → ", "(newer)")
        .doesNotContain(app);
    refused("one", "lock --update DIR/web.yml " + app + "x", "does not name the image", "did you");
    assertThat(succeed("one", "lock --update DIR/web.yml " + app).out()).startsWith("~ " + app);
    registry.close();
    assertThat(succeed("one", "lock --check --online DIR/web.yml").err())
        .contains("Cannot ask whether");
  }

  @Test
  void changesNothingIfAnImageIsMissing() throws Exception {
    succeed("one", "lock DIR/web.yml");
    byte[] before = Files.readAllBytes(lock());
    push("app:1", "two", "amd64");
    manifest("web.yml", app + ":1", app + ":missing");
    assertThat(run("one", "lock --update DIR/web.yml").status()).isEqualTo(1);
    assertThat(Files.readAllBytes(lock())).isEqualTo(before);
  }

  @Test
  void comparesDigestsInManifests() throws Exception {
    String digest = push("app:1", "one", "amd64", "arm64");
    manifest("web.yml", app + ":1@" + digest);
    succeed("one", "lock DIR/web.yml");
    String first = build("one", "");
    String two = push("app:1", "two", "amd64");
    manifest("web.yml", app + ":1@" + two);
    refused("one", "build --arch amd64 --o DIR/out.tar DIR/web.yml", "does not have the image");
    manifest("web.yml", app + ":1@" + digest);
    assertThat(build("one", "")).isEqualTo(first);
  }

  @Test
  void refusesAnAlteredManifestDigest() throws Exception {
    succeed("one", "lock DIR/web.yml");
    String text = Files.readString(lock());
    String marker = "\"manifest\": \"sha256:";
    int at = text.indexOf(marker) + marker.length();
    Files.writeString(lock(), text.substring(0, at) + "0".repeat(64) + text.substring(at + 64));
    refused(
        "one",
        "build --arch amd64 --o DIR/out.tar DIR/web.yml",
        "names another manifest for linux/amd64");
  }

  @Test
  void usesTheLockOfTheLastManifestOrTheOneThatIsNamed() throws Exception {
    push("other:1", "other", "amd64");
    manifest("base.yml", registry.authority() + "/team/other:1");
    succeed("one", "lock DIR/base.yml DIR/web.yml");
    assertThat(directory.resolve("base.lock")).doesNotExist();
    assertThat(Files.readString(lock())).contains("team/other:1", "\"base.yml\"", "\"web.yml\"");
    succeed("one", "build --locked --arch amd64 --o DIR/out.tar DIR/base.yml DIR/web.yml");
    Path moved = Files.move(lock(), directory.resolve("both.lock"));
    refused("one", "build --locked --o DIR/out.tar DIR/base.yml DIR/web.yml", "no lock file");
    succeed(
        "one", "build --arch amd64 --lock " + moved + " --o DIR/out.tar DIR/base.yml DIR/web.yml");
    refused("one", "build --lock DIR/none.lock --o DIR/out.tar DIR/web.yml", "none.lock");
    succeed("one", "lock --lock DIR/both.lock DIR/base.yml DIR/web.yml");
    refused("one", "build --docker --lock DIR/both.lock --o DIR/out.tar DIR/web.yml", "--docker");
  }

  @Test
  void keepsTheFileIfOnlyLineEndsDiffer() throws Exception {
    succeed("one", "lock DIR/web.yml");
    String text = Files.readString(lock());
    Files.writeString(lock(), text.replace("\n", "\r\n"));
    build("one", "--locked");
    succeed("one", "lock --check DIR/web.yml");
    assertThat(succeed("one", "lock DIR/web.yml").out()).isEmpty();
    assertThat(Files.readString(lock())).contains("\r\n");
    Files.writeString(lock(), text.replace("{\n", "{\n\n"));
    succeed("one", "lock DIR/web.yml");
    assertThat(Files.readString(lock())).isEqualTo(text);
  }

  @Test
  void locksComponents() throws Exception {
    Path folder = Files.createDirectories(directory.resolve("pkg/hello"));
    Files.writeString(
        folder.resolve("build.yml"),
        "image: hello\nfiles: [{path: /bin/hello, source: hello}]\ncommand: [/bin/hello]\n");
    Files.writeString(folder.resolve("hello"), "one");
    manifest("web.yml", app + ":1", "@pkg:./pkg/hello");
    assertThat(succeed("one", "lock DIR/web.yml").out()).contains("+ pkg/hello tree:");
    String first = build("one", "--locked");
    registry.close();
    assertThat(build("one", "--locked")).isEqualTo(first);
    Files.writeString(folder.resolve("hello"), "two");
    refused(
        "one",
        "build --arch amd64 --o DIR/out.tar DIR/web.yml",
        "pkg/hello has changed since it was locked",
        "linuxkit lock");
    assertThat(run("one", "lock --check DIR/web.yml").out()).startsWith("~ pkg/hello tree:");
    assertThat(succeed("one", "lock DIR/web.yml").out()).startsWith("~ pkg/hello tree:");
    assertThat(build("one", "--locked")).isNotEqualTo(first);
  }
}
