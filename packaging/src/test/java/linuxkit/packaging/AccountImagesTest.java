package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import linuxkit.base.Failure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.debian.TestArchive;
import linuxkit.packaging.definition.BuildFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Builds images with users and groups, and with the links of update-alternatives. */
class AccountImagesTest extends ComponentFixture {
  private static final String PACKAGES =
      "image: hello\narches: [amd64]\ndebian: {packages: [daemon, editors]}\n";

  private static void put(Path content, String file, String text) throws Exception {
    Path path = content.resolve(file);
    Files.createDirectories(content.resolve(file.substring(0, file.lastIndexOf('/'))));
    Files.writeString(path, text);
  }

  private TestArchive archive() throws Exception {
    TestArchive archive = new TestArchive(temporary.resolve("archive"));
    Path daemon = temporary.resolve("daemon");
    put(daemon, "usr/sbin/daemon", "x");
    put(daemon, "usr/lib/sysusers.d/daemon.conf", "u daemond -:nogroup \"A daemon\" /run/daemon\n");
    put(daemon, "usr/share/doc/daemon/copyright", "x");
    archive.add("daemon", "1", "", daemon);
    Path editors = temporary.resolve("editors");
    put(editors, "usr/bin/pico", "x");
    put(editors, "usr/bin/nvi", "x");
    put(editors, "usr/bin/ex", "x");
    put(editors, "usr/share/doc/editors/copyright", "x");
    put(
        editors,
        "DEBIAN/postinst",
        """
        #!/bin/sh
        update-alternatives --install /usr/bin/editor editor /bin/pico 40 \\
          --slave /usr/share/man/editor editor.1 /usr/bin/ex
        update-alternatives --install /usr/bin/editor editor /usr/bin/nvi 19
        update-alternatives --install /usr/bin/ex ex /usr/bin/nvi 19
        update-alternatives --install /usr/bin/vi vi $1 19
        """);
    assertThat(editors.resolve("DEBIAN/postinst").toFile().setExecutable(true, false)).isTrue();
    archive.add("editors", "1", "", editors);
    archive.publish();
    return archive;
  }

  private List<String> build(TestArchive archive, String definition) throws Exception {
    define(definition);
    ImageStore store = store("cache");
    return list(store, build(store, archive.options(), true, AMD64), AMD64);
  }

  private static List<String> links(List<String> listed) {
    return listed.stream()
        .filter(line -> line.contains(" -> ") && !line.matches(".* (bin|sbin|lib) -> .*"))
        .map(line -> line.replaceFirst("^(\\S+ ){5}", ""))
        .toList();
  }

  private String text(ImageStore store, Descriptor index, String path) throws Exception {
    Path layer = temporary.resolve("layer.tar.zst");
    try (InputStream in = store.open(manifest(store, index, AMD64).layers().getFirst())) {
      Files.write(layer, in.readAllBytes());
    }
    return TestArchive.run(temporary, "tar", "--zstd", "-xOf", layer.toString(), path);
  }

  @Test
  void addsOwnUsersToThoseOfPackages() throws Exception {
    try (TestArchive archive = archive()) {
      define(
          PACKAGES
              + """
              groups: [{name: shadow}, {name: data, gid: 500}]
              users:
                - {name: root, shell: /bin/ash}
                - {name: app, uid: 300, gid: 301, groups: [data, tty], home: /srv, comment: An app}
                - {name: other, group: data}
              files:
                - {path: /srv, directory: true, owner: app}
                - {path: /srv/x, contents: x, owner: "daemond:data"}
              """);
      ImageStore store = store("cache");
      Descriptor index = build(store, archive.options(), false, AMD64);
      assertThat(text(store, index, "etc/passwd").lines())
          .containsExactly(
              "root:x:0:0:root:/root:/bin/ash",
              "other:x:100:500::/:/usr/sbin/nologin",
              "app:x:300:301:An app:/srv:/usr/sbin/nologin",
              "daemond:x:999:65534:A daemon:/run/daemon:/usr/sbin/nologin");
      assertThat(text(store, index, "etc/group").lines())
          .containsExactly(
              "root:x:0:",
              "tty:x:5:app",
              "shadow:x:42:",
              "app:x:301:",
              "data:x:500:app",
              "nogroup:x:65534:");
      assertThat(text(store, index, "etc/shadow").lines())
          .hasSize(4)
          .allMatch(l -> l.contains(":*:"));
      assertThat(list(store, index, AMD64))
          .anyMatch(line -> line.matches("-rw-r----- 0/42 .* etc/shadow"))
          .anyMatch(line -> line.matches("-rw-r--r-- 0/0 .* etc/passwd"))
          .anyMatch(line -> line.matches("drwxr-xr-x 300/301 .* srv/?"))
          .anyMatch(line -> line.matches("-rw-r--r-- 999/500 .* srv/x"));
    }
  }

  @Test
  void writesNothingOverWhatTheComponentHas() throws Exception {
    try (TestArchive archive = archive()) {
      assertThat(build(archive, PACKAGES)).anyMatch(line -> line.endsWith(" etc/group"));
      assertThat(build(archive, PACKAGES.replace("editors]", "editors], keep: [/usr/sbin/*]")))
          .anyMatch(line -> line.endsWith(" etc/group"));
      assertThat(build(archive, PACKAGES.replace("editors]", "editors], keep: [/usr/bin/*]")))
          .as("the package of the user is not in the image")
          .noneMatch(line -> line.endsWith(" etc/group"));
      assertThat(build(archive, PACKAGES + "files: [{path: /etc/passwd, contents: x}]\n"))
          .anyMatch(line -> line.endsWith(" etc/passwd"))
          .noneMatch(line -> line.endsWith(" etc/group"));
      assertThat(
              build(
                  archive,
                  PACKAGES.replace("editors]", "editors], drop: [\"/usr/lib/sysusers.d/**\"]")))
          .noneMatch(line -> line.contains(" etc"));
    }
  }

  @Test
  void needsNoPackages() throws Exception {
    define("image: hello\narches: [amd64]\nusers: [{name: nobody}]\n");
    ImageStore store = store("cache");
    Descriptor index = build(store, false, AMD64);
    assertThat(text(store, index, "etc/passwd"))
        .isEqualTo(
            """
            root:x:0:0:root:/root:/bin/sh
            nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin
            """);
  }

  @Test
  void refusesAnOwnerThatTheImageDoesNotHave() throws Exception {
    define("image: hello\nusers: [{name: a}]\nfiles: [{path: /x, contents: x, owner: \"a:b\"}]\n");
    assertThatThrownBy(() -> build(store("cache"), false, AMD64))
        .isInstanceOf(Failure.class)
        .hasMessageEndingWith("build.yml:3:40: the image has no group b");
  }

  @Test
  void namesBothPlacesOfAContradiction() throws Exception {
    try (TestArchive archive = archive()) {
      define(PACKAGES + "users:\n  - {name: x, uid: 5}\n  - {name: y, uid: 5}\n");
      assertThatThrownBy(() -> build(store("cache"), archive.options(), false, AMD64))
          .hasMessageMatching(
              ".*build.yml:6:5: the users y and x at .*build.yml:5:5 have the same id, 5");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "users: [{name: 'a:b'}]                    | 2:16: users.0.name: not a name",
        "users: [{name: \"a\\nb\"}]                | 2:16: users.0.name: not a name",
        "users: [{uid: 5}]                         | 2:9: users.0: the key \"name\" is missing",
        "users: [{name: a, home: 'x'}]             | 2:25: users.0.home: expected an absolute",
        "users: [{name: a, shell: '/x:y'}]         | 2:26: users.0.shell: expected an absolute",
        "users: [{name: a, comment: 'x:0:0'}]      | 2:28: users.0.comment: a comment cannot",
        "users: [{name: a, comment: \"x\\ny\"}]    | 2:28: users.0.comment: a comment cannot",
        "users: [{name: a, groups: ['b,c']}]       | 2:28: users.0.groups.0: not a name",
        "users: [{name: a, gid: 5, group: b}]      | 2:9: users.0: gid is the id of the user's",
        "users: [{name: a}, {name: a}]             | 2:20: users.1: the name a is there twice",
        "users: [{name: a, uid: 4294967295}]       | 2:24: users.0.uid: the number",
        "groups: [{name: a}, {name: a}]            | 2:21: groups.1: the name a is there twice",
        "files: [{path: /x, directory: true, owner: 5}] | 2:44: files.0.owner: expected USER",
      },
      quoteCharacter = '`')
  void refusesHostileNames(String line, String message) {
    byte[] text = ("image: x\n" + line).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> BuildFile.read("b", text)).hasMessageContaining("b:" + message);
  }

  @Test
  void refusesFilesThatUsersWouldReplace() {
    byte[] text =
        "image: x\nusers: [{name: a}]\nfiles: [{path: /etc//passwd, contents: x}]\n"
            .getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> BuildFile.read("b", text))
        .hasMessageContaining("b:3:16: files: users and groups also make /etc//passwd");
  }

  @Test
  void linksTheAlternativesThatArePresent() throws Exception {
    try (TestArchive archive = archive()) {
      assertThat(links(build(archive, PACKAGES)))
          .containsExactly("usr/bin/editor -> /usr/bin/pico");
      assertThat(progress.lines())
          .anyMatch(
              line ->
                  line.contains(
                      "for amd64 the package editors registers alternatives in a way that cannot"));
      String keep = PACKAGES.replace("editors]", "editors], keep: [%s]");
      assertThat(links(build(archive, keep.formatted("/usr/bin/nvi"))))
          .containsExactly("usr/bin/editor -> /usr/bin/nvi");
      assertThat(links(build(archive, keep.formatted("\"/**\""))))
          .containsExactly(
              "usr/bin/editor -> /usr/bin/pico", "usr/share/man/editor -> /usr/bin/ex");
      assertThat(links(build(archive, keep.formatted("/usr/sbin/daemon")))).isEmpty();
      assertThat(links(build(archive, keep.formatted("/usr/bin/*"))))
          .containsExactly("usr/bin/editor -> /usr/bin/pico");
      assertThat(
              links(
                  build(
                      archive, PACKAGES.replace("editors]", "editors], drop: [/usr/bin/editor]"))))
          .isEmpty();
      assertThat(
              links(build(archive, PACKAGES + "files: [{path: /usr/bin/editor, symlink: nvi}]\n")))
          .containsExactly("usr/bin/editor -> nvi");
    }
  }
}
