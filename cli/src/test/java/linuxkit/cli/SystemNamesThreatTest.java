package linuxkit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** T3 as an attacker types it: a pull request is built, and later another system. */
class SystemNamesThreatTest {
  @TempDir private Path folder;

  @BeforeEach
  void pullRequest() throws IOException {
    write(
        "pr/pk/build.yml",
        """
        image: nginx
        org: library
        tag: "1.27"
        files: [{path: /evil, contents: "from the pull request"}]
        """);
    write("pr/system.yml", "init: ['@pkg:pk']\n");
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  // Nothing answers at the mirror, so that only the store can have an image.
  private Run run(String line) {
    Map<String, String> environment =
        Map.of(
            "HOME",
            folder.toString(),
            "LINUXKIT_CACHE",
            folder.resolve("cache").toString(),
            "LINUXKIT_MIRROR",
            "http://localhost:1",
            "DOCKER_HOST",
            "unix://" + folder.resolve("docker.sock"));
    return Run.of(environment, line.replace("DIR", folder.toString()).split(" ", -1));
  }

  private void builds(String line) {
    Run run = run(line);
    assertThat(run.status()).as(run.err()).isZero();
  }

  private String output() throws IOException {
    return new String(Files.readAllBytes(folder.resolve("o.tar")), UTF_8);
  }

  @Test
  void t3DoesNotUseAFoldersImageForAPlainName() throws IOException {
    builds("build --format tar -o DIR/o.tar DIR/pr/system.yml");
    assertThat(output()).contains("from the pull request");
    write("plain.yml", "init: ['nginx:1.27']\n");
    assertThat(run("build --format tar -o DIR/p.tar DIR/plain.yml").err())
        .contains("docker.io/library/nginx:1.27: cannot fetch");
    write("pr/both.yml", "init: ['@pkg:pk', 'nginx:1.27']\n");
    assertThat(run("build --format tar -o DIR/p.tar DIR/pr/both.yml").err())
        .contains("docker.io/library/nginx:1.27: cannot fetch");
    assertThat(folder.resolve("p.tar")).doesNotExist();
    assertThat(run("cache ls").out()).doesNotContain("docker.io");
  }

  @Test
  void t3DoesNotReplaceAFolderByAnImageOfItsName() throws IOException {
    write("init/build.yml", "image: init\nfiles: [{path: /good, contents: ours}]\n");
    write("good.yml", "init: ['@pkg:init']\n");
    String name = run("pkg show-tag DIR/init").out().strip();
    String tag = name.substring(name.indexOf(':') + 1);
    write(
        "pr/init/build.yml",
        "image: init\ntag: " + tag + "\nfiles: [{path: /evil, contents: from the pull request}]\n");
    write("pr/init.yml", "init: ['@pkg:init']\n");
    builds("build --format tar -o DIR/o.tar DIR/pr/init.yml");
    // The user's own command gives the name that the definition asks for.
    assertThat(run("pkg build DIR/pr/init").out()).isEqualTo(name + "\n");
    builds("build --format tar -o DIR/o.tar DIR/good.yml");
    assertThat(output()).contains("ours").doesNotContain("from the pull request");
  }

  @Test
  void t3BuildsTwoImagesForTwoFoldersOfOneName() throws IOException {
    write(
        "pr/other/build.yml",
        "image: nginx\norg: library\ntag: '1.27'\nfiles: [{path: /other, contents: second}]\n");
    write("pr/two.yml", "init: ['@pkg:pk', '@pkg:other']\n");
    builds("build --format tar -o DIR/o.tar DIR/pr/two.yml");
    assertThat(output()).contains("from the pull request", "second");
  }

  /** No registry and no Docker Engine is asked for what a folder stands for. */
  @Test
  void t3BuildsAFolderOnlyFromItself() throws IOException {
    Run run = run("build --pull --format tar -o DIR/o.tar DIR/pr/system.yml");
    assertThat(run.status()).as(run.err()).isZero();
    run = run("build --docker --format tar -o DIR/o.tar DIR/pr/system.yml");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).doesNotContain("Docker");
  }

  @Test
  void t3UsesTheReservedNameForItsFolderOnly() throws IOException {
    builds("build --format tar -o DIR/o.tar DIR/pr/system.yml");
    String name = run("cache ls").out().lines().skip(1).findFirst().orElseThrow().split(" ", 2)[0];
    assertThat(name).startsWith("linuxkit.localhost/nginx:");
    write("stolen.yml", "init: ['" + name + "']\n");
    assertThat(run("build --format tar -o DIR/p.tar DIR/stolen.yml").err())
        .isEqualTo(
            "linuxkit: %s/stolen.yml:1:8: the image %s can only be used through its folder\n"
                    .formatted(folder, name)
                + "  hint: refer to the folder as @pkg:FOLDER\n");
    for (String command : new String[] {"pull", "push"}) {
      assertThat(run("cache " + command + " " + name).err())
          .startsWith("linuxkit: no registry has " + name);
    }
    assertThat(run("cache clean --published-only").status()).isZero();
    assertThat(run("cache ls").out()).contains(name);
    assertThat(run("cache rm " + name).status()).isZero();
    assertThat(run("cache ls").out()).doesNotContain(name);
  }

  @Test
  void t3ImportsNoImageUnderTheReservedName() throws IOException {
    builds("build --format tar -o DIR/o.tar DIR/pr/system.yml");
    String name = run("cache ls").out().lines().skip(1).findFirst().orElseThrow().split(" ", 2)[0];
    builds("cache export --platform all --outfile DIR/a.tar " + name);
    for (String names : List.of("", "--name LinuxKit.localhost:80/x:1 ")) {
      Run run = run("cache import " + names + "DIR/a.tar");
      assertThat(run.status()).isOne();
      assertThat(run.err()).startsWith("linuxkit: no archive can have ").contains("--name NAME");
    }
    builds("cache import --name other:1 DIR/a.tar");
    assertThat(run("cache ls").out()).contains("docker.io/library/other:1").doesNotContain("x:1");
  }

  @Test
  void t3RefusesAForgedOriginLabelWithItsPosition() throws IOException {
    write(
        "pr/pk/build.yml",
        """
        image: init
        files: [{path: /e, contents: e}]
        labels: {org.mobyproject.linuxkit.guest: x}
        """);
    assertThat(run("build --format tar -o DIR/o.tar DIR/pr/system.yml").err())
        .contains("build.yml:3:42: labels.org.mobyproject.linuxkit.guest: labels that begin with");
  }
}
