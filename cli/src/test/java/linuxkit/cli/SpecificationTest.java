package linuxkit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks conventions of the command line's specification (section 1), and the differences from
 * LinuxKit in its section 11 that {@code build} shows.
 */
class SpecificationTest {
  @TempDir Path folder;

  @BeforeEach
  void save() throws IOException {
    write("a.yml", "files: [{path: a, contents: a}]\n");
    write("tool/build.yml", "image: tool\ntag: v1\nfiles: [{path: /tool, contents: t}]\n");
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Run run(String line) {
    return runWithInput("", line);
  }

  private Run runWithInput(String input, String line) {
    Map<String, String> environment =
        Map.of("HOME", folder.toString(), "LINUXKIT_CACHE", folder.resolve("cache").toString());
    String[] args = line.replace("DIR", folder.toString()).split(" ", -1);
    return Run.withInput(input, environment, args);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "build --dry-run DIR/a.yml",
        "build DIR/a.yml --dry-run",
        "build --dry-run=true DIR/a.yml",
        "build --dry-run -f tar,docker --format vhd DIR/a.yml",
        "build --dry-run -qf tar DIR/a.yml",
        "build --dry-run -- DIR/a.yml",
        "--cache DIR/other -v 1 build --dry-run DIR/a.yml"
      })
  void acceptsFlagsAnywhere(String line) {
    Run run = run(line);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("path: a\n");
    assertThat(run.status()).isZero();
  }

  @Test
  void acceptsFalseForAFlag() {
    assertThat(run("build --dry-run=false --no-sbom --o DIR/o.tar DIR/a.yml").out()).isEmpty();
    assertThat(folder.resolve("o.tar")).exists();
  }

  @Test
  void treatsEmptyTextAsAbsent() {
    assertThat(run("-q build --name= --sbom-output= --dir DIR -f tar DIR/a.yml").err()).isEmpty();
    assertThat(folder.resolve("a.tar")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing yet\n", "pkg: {}\n", "other: [1, {2x: y}]\n"})
  void ignoresUnknownKeysOfTheConfiguration(String text) throws IOException {
    write(".moby/linuxkit/config.yml", text);
    assertThat(run("build --dry-run DIR/a.yml").err()).isEmpty();
  }

  @Test
  void reportsInvalidYamlInTheConfigurationWithItsPosition() throws IOException {
    Path file = write(".moby/linuxkit/config.yml", "pkg: {\n");
    Run run = run("build --dry-run DIR/a.yml");
    assertThat(run.err()).startsWith("linuxkit: " + file + ":2:1: (root): not valid YAML");
    assertThat(run.status()).isEqualTo(1);
  }

  // Quirks 7 and 8.
  @Test
  void ignoresTheInputArchive() throws IOException {
    Path manifest =
        write(
            "m.yml",
            """
            services:
            - {name: s, image: "@pkg:tool", binds: ["v:/v"], resources: {pids: {limit: 5}}}
            volumes: [{name: v, image: "@pkg:tool"}]
            files: [{path: etc/linuxkit.yml, metadata: yaml}]
            """);
    assertThat(run("-q build --no-sbom --o DIR/one.tar " + manifest).err()).isEmpty();
    assertThat(run("-q build --no-sbom --input-tar DIR/one.tar --o DIR/two.tar " + manifest).err())
        .isEmpty();
    assertThat(folder.resolve("two.tar")).hasSameBinaryContentAs(folder.resolve("one.tar"));
  }

  // Quirk 10.
  @Test
  void knowsVolumesOfEarlierManifests() throws IOException {
    write("volumes.yml", "volumes: [{name: v}]\n");
    write("services.yml", "services: [{name: s, image: '@pkg:tool', binds: ['v:/v']}]\n");
    assertThat(run("-q build --o DIR/o.tar DIR/volumes.yml DIR/services.yml").err()).isEmpty();
  }

  // Quirk 11.
  @Test
  void replacesTemplatesByTheNameOfShowTag() throws IOException {
    write("m.yml", "init: ['@pkg:tool']\nfiles: [{path: x, contents: '@other'}]\n");
    assertThat(run("pkg show-tag DIR/tool").out()).endsWith("linuxkit/tool:v1\n");
    assertThat(run("build --dry-run DIR/m.yml").out())
        .contains("- docker.io/linuxkit/tool:v1\n", "contents: \"@other\"\n");
    write("m.yml", "init: ['@pkg:" + folder + "/tool']\n");
    assertThat(run("build --dry-run DIR/m.yml").out()).contains("- docker.io/linuxkit/tool:v1\n");
  }

  // Quirk 12.
  @Test
  void doesNotExpandTemplatesInStandardInput() {
    Run run = runWithInput("init: ['@pkg:tool']", "build --dry-run DIR/a.yml -");
    assertThat(run.err())
        .isEqualTo(
            "linuxkit: -:1:8: init.0: @pkg: works only in manifests that are files: @pkg:tool\n");
    assertThat(run.status()).isEqualTo(1);
  }

  // Quirk 12.
  @Test
  void reportsTheStatusOfAnAddress() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] page = "files: []\n".getBytes(UTF_8);
          exchange.sendResponseHeaders(404, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
    try {
      String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/m.yml";
      Run run = run("build --dry-run " + address);
      assertThat(run.err())
          .isEqualTo(
              "linuxkit: %s: the server returned status 404\n  hint: check the URL\n"
                  .formatted(address));
      assertThat(run.status()).isEqualTo(1);
    } finally {
      server.stop(0);
    }
  }
}
