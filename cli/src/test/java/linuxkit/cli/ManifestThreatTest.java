package linuxkit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** T9: which files of the user's machine the manifests of others reach. */
class ManifestThreatTest {
  private static final String SECRET = "machine x login u password p4ss";

  @TempDir Path folder;
  private final List<HttpServer> servers = new ArrayList<>();
  private Path home;
  private Path project;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    home = Files.createDirectory(folder.resolve("home"));
    project = Files.createDirectory(folder.resolve("project"));
    out = folder.resolve("out.tar");
    Files.writeString(home.resolve(".netrc"), SECRET);
    Files.writeString(project.resolve("own"), "own");
  }

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  private String serve(String manifest) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    servers.add(server);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = manifest.getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/m.yml";
  }

  private Run run(String command, Object... args) {
    List<String> all =
        new ArrayList<>(List.of("--cache", folder.resolve("cache").toString(), command));
    for (Object arg : args) {
      all.add(arg.toString());
    }
    return Run.of(Map.of("HOME", home.toString()), all.toArray(String[]::new));
  }

  private Run build(Object... args) {
    Object[] all = new Object[args.length + 3];
    all[0] = "--no-sbom";
    all[1] = "--o";
    all[2] = out;
    System.arraycopy(args, 0, all, 3, args.length);
    return run("build", all);
  }

  private Path manifest(String text) throws IOException {
    return Files.writeString(project.resolve("m.yml"), text);
  }

  private static String file(Object source) {
    return "files: [{path: k, source: \"" + source + "\"}]\n";
  }

  private void refused(Run run, String address) {
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains(address + ":1:9: a manifest from an address must not take files of this machine")
        .contains("--allow-source DIR")
        .doesNotContain(SECRET);
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HOME/.netrc", "~/.netrc", "pom.xml", "../pom.xml", "/etc/passwd"})
  void t9TakesNoFilesOfTheMachineForAManifestFromAnAddress(String source) throws IOException {
    String address = serve(file(source.replace("HOME", home.toString())));
    refused(build(address), address);
    refused(run("diff", address, address), address);
    refused(run("why", address, "/k"), address);
    refused(run("build", "--dry-run", address), address);
  }

  @Test
  void t9RefusesOptionalFilesAndSecondManifests() throws IOException {
    Path local = manifest("files: [{path: own, source: \"" + project + "/own\"}]\n");
    for (String source : List.of("~/.netrc", "~/missing")) {
      String address = serve("files: [{path: h, source: " + source + ", optional: true}]\n");
      refused(build(local, address), address);
      refused(build(address, local), address);
    }
  }

  @Test
  void t9ReadsTheAllowedFolderOnly() throws IOException {
    Path allowed = Files.createDirectory(folder.resolve("allowed"));
    Path beside = Files.createDirectory(folder.resolve("allowed-not"));
    Files.writeString(allowed.resolve("a"), "a");
    Files.writeString(beside.resolve("b"), SECRET);
    Files.createSymbolicLink(allowed.resolve("link"), home.resolve(".netrc"));
    Files.createSymbolicLink(allowed.resolve("dir"), home);
    for (String source : List.of("link", "dir/.netrc", "dir/missing", "../allowed-not/b")) {
      String address = serve(file(allowed.resolve(source)));
      refused(build("--allow-source", allowed, address), address);
    }
    String address = serve(file(allowed.resolve("a")));
    refused(build("--allow-source", project, address), address);
    assertThat(build("--allow-source", project, "--allow-source", allowed, address).status())
        .isZero();
    assertThat(run("why", "--allow-source", allowed, address, "/k").status()).isZero();
    assertThat(build("--allow-source", folder.resolve("none"), address).err())
        .contains("not a folder");
  }

  @Test
  void t9RefusesComponentFoldersInAManifestFromAnAddress() throws IOException {
    for (String folder : List.of("pkg", "../pkg", "/etc")) {
      Run run = build(serve("init: [\"@pkg:" + folder + "\"]\n"));
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err()).contains("@pkg: works only in manifests that are files");
    }
  }

  @Test
  void t9ReportsFilesThatALocalManifestTakesFromElsewhere() throws IOException {
    Files.createSymbolicLink(project.resolve("link"), home.resolve(".netrc"));
    String line =
        "takes the file %s, outside of the manifest's folder and the working directory\n"
            .formatted(home.resolve(".netrc"));
    for (String source : List.of(home + "/.netrc", "~/.netrc", project + "/link")) {
      Run run = build(manifest("\n" + file(source)));
      assertThat(run.status()).isZero();
      assertThat(run.err()).containsOnlyOnce(project.resolve("m.yml") + ":2:9: " + line);
    }
    Run own = build(manifest(file(project.resolve("own")) + "# pom.xml is not taken\n"));
    assertThat(own.err()).doesNotContain("takes");
    assertThat(build(manifest(file("pom.xml"))).err()).doesNotContain("takes");
    String optional = "files: [{path: h, source: ~/missing, optional: true}]\n";
    assertThat(build(manifest(optional)).err()).doesNotContain("takes");
  }

  @Test
  void t9ReportsComponentFoldersElsewhereOnOneLine() throws IOException {
    for (String name : List.of("project/own-pkg", "other/a", "other/b")) {
      Path component = Files.createDirectories(folder.resolve(name));
      Files.writeString(
          component.resolve("build.yml"),
          "image: %s\nfiles: [{path: /a, contents: b}]\n".formatted(component.getFileName()));
    }
    Path file = manifest("init: [\"@pkg:own-pkg\", \"@pkg:../other/a\", \"@pkg:../other/b\"]\n");
    Path other = folder.toRealPath().resolve("other");
    assertThat(build("--dry-run", file).err())
        .isEqualTo(
            "%s:1:24: takes components from %s/a, %s/b, outside of the manifest's folder and the"
                    .formatted(file, other, other)
                + " working directory\n");
  }

  @Test
  void t9ReportsFilesThatStandardInputTakesFromElsewhere() {
    Run run =
        Run.withInput(
            file("~/.netrc"),
            Map.of("HOME", home.toString()),
            "--cache",
            folder.resolve("cache").toString(),
            "build",
            "--no-sbom",
            "--o",
            out.toString(),
            "-");
    assertThat(run.err())
        .contains(
            "-:1:9: takes the file "
                + home.resolve(".netrc")
                + ", outside of the working directory\n");
  }

  @Test
  void t9EscapesNamesOfFiles() throws IOException {
    Files.writeString(home.resolve("a\nb\033[31m"), "x");
    assertThat(build(manifest(file("~/a\\nb\\e[31m"))).err()).contains("a\\nb\\u001b[31m, outside");
    String address = serve(file("~/a\\nb\\e[31m"));
    assertThat(build(address).err()).contains("a\\nb\\u001b[31m\n  hint");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        SECRET,
        "machine: " + SECRET,
        "'" + SECRET,
        "? {" + SECRET + "}",
        "files: [" + SECRET + "]",
        "files: [{path: a, contents: b, mode: \"p4ss\"}]",
        "services: [{name: a, image: 'p4ss p4ss'}]",
        "kernel: {image: p4ss P4SS}\nonboot: p4ss",
        "p4ss: 1\n\001"
      })
  void t9DoesNotQuoteAWrongManifestBehindALink(String content) throws IOException {
    Files.writeString(home.resolve("m.yml"), content);
    Path repository = Files.createDirectories(project.resolve("deploy"));
    Path link = Files.createSymbolicLink(repository.resolve("l.yml"), home.resolve("m.yml"));
    Path linked = Files.createSymbolicLink(project.resolve("linked"), home);
    for (Path file : List.of(link, linked.resolve("m.yml"))) {
      for (Run run : List.of(build(file), run("diff", file, file), run("why", file, "/a"))) {
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
            .contains(file + ":1:1: (root): the document is not as it should be; it is not quoted")
            .contains("name the file itself")
            .doesNotContain("p4ss");
      }
    }
    assertThat(build(home.resolve("m.yml")).err()).doesNotContain("it is not quoted");
  }

  @Test
  void t9DoesNotQuoteMistakesOfContainersBehindALink() throws IOException {
    Path archive = folder.resolve("i.tar");
    SavedImage.write(archive, "lk/i:1", "amd64", "");
    assertThat(run("cache", "import", archive).status()).isZero();
    Files.writeString(
        home.resolve("m.yml"), "services: [{name: a, image: lk/i:1, capabilities: [p4ss]}]");
    Path link = Files.createSymbolicLink(project.resolve("l.yml"), home.resolve("m.yml"));
    Run run = build("--arch", "amd64", link);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("it is not quoted").doesNotContain("p4ss");
  }

  @Test
  void t9QuotesAFileBehindALinkWithinItsFolder() throws IOException {
    manifest("kernal: {}\n");
    Path link = Files.createSymbolicLink(project.resolve("l.yml"), Path.of("m.yml"));
    assertThat(build(link).err()).contains("kernal");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        SECRET,
        "image: 'p4ss p4ss'\n",
        "image: a\norg: p4ss p4ss\nfiles: [{path: /a, contents: b}]\n",
        "p4ss: p4ss\n"
      })
  void t9DoesNotQuoteAWrongDefinitionBehindALink(String content) throws IOException {
    Files.writeString(home.resolve("build.yml"), content);
    Path component = Files.createDirectories(project.resolve("pkg"));
    Files.createSymbolicLink(component.resolve("build.yml"), home.resolve("build.yml"));
    Files.createSymbolicLink(project.resolve("linked"), home);
    for (String name : List.of("pkg", "linked")) {
      Path path = project.resolve(name);
      for (Run run :
          List.of(
              build(manifest("init: [\"@pkg:" + name + "\"]\n")),
              run("pkg", "build", path),
              run("pkg", "show-tag", path))) {
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("it is not quoted").doesNotContainIgnoringCase("p4ss");
      }
    }
  }
}
