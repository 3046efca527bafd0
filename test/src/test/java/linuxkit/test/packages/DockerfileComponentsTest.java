package linuxkit.test.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.oci.Platform;
import linuxkit.test.Linuxkit;
import linuxkit.test.Programs;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Builds components with a Dockerfile by a real BuildKit, and by buildah. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class DockerfileComponentsTest {
  private static final String ATTESTATION =
      "\"vnd.docker.reference.type\":\"attestation-manifest\"";

  private static BuildKitEngine engine;

  @TempDir private Path folder;
  private Path hello;

  @BeforeAll
  static void start() throws Exception {
    engine = BuildKitEngine.start();
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  // Outside git, so that the example may have changes that are not committed.
  @BeforeEach
  void copy() {
    Programs.run(folder, "cp", "-r", Linuxkit.PROJECT.resolve("examples/dockerfile"), "example");
    hello = folder.resolve("example/hello");
  }

  private static Linuxkit docker() {
    return Linuxkit.withComponents().withEnvironment(engine.environment());
  }

  private Linuxkit buildah() throws IOException {
    String configuration = Programs.buildahStorage(folder).toString();
    return Linuxkit.withComponents()
        .withEnvironment(Map.of("CONTAINERS_STORAGE_CONF", configuration));
  }

  @Test
  void buildKitBuildsTheExampleForEveryoneOnce() throws Exception {
    Linuxkit.Result built =
        everyoneGetsIt(docker(), "docker", "--builders", "linux/arm64=" + engine.address());
    assertThat(built.err()).contains("Building").contains("linux/amd64").contains("linux/arm64");
  }

  @Test
  void buildahBuildsTheExampleForEveryoneOnce() throws Exception {
    everyoneGetsIt(buildah(), "buildah");
  }

  // A fleet with one builder for each architecture, which share their results in a registry.
  @Test
  void anEmptyEngineTakesItsStepsFromTheCacheInARegistry() throws Exception {
    Path app = Files.createDirectories(folder.resolve("example/app"));
    Files.writeString(
        app.resolve("build.yml"), "image: app\nbuildArgs: [HELLO=@lkt:pkg:../hello]\n");
    Files.writeString(
        app.resolve("Dockerfile"),
        "ARG HELLO\nFROM ${HELLO}\nRUN [\"/bin/sh\", \"-c\", \"busybox date > /when\"]\n");
    Path store = Files.createDirectory(folder.resolve("registry"));
    try (DockerRegistry registry = DockerRegistry.start(store);
        BuildKitEngine other = BuildKitEngine.start()) {
      String cache = "type=registry,ref=" + registry.authority() + "/cache/{image}:{arch}";
      Linuxkit.Result first = cached(engine, other, "--cache-to", cache + ",mode=max");
      assertThat(first.out()).contains("/app:", "/example-hello:");
      // What app uses is built once, before it.
      assertThat(first.err())
          .contains("exporting cache to registry")
          .doesNotContain("Building linuxkit.localhost/");
      assertThat(store.resolve("content/docker/registry/v2/repositories/cache/app/_manifests/tags"))
          .isDirectoryContaining("glob:**amd64");
      try (BuildKitEngine empty = BuildKitEngine.start()) {
        assertThat(cached(empty, other, "--cache-from", cache).err())
            .contains("importing cache manifest from " + registry.authority() + "/cache/app:amd64")
            .contains(" CACHED");
      }
    }
  }

  private Linuxkit.Result cached(BuildKitEngine amd64, BuildKitEngine arm64, String... cache) {
    List<String> line =
        new ArrayList<>(
            List.of("-v", "pkg", "build", "--builder", "docker", "--org", "linuxkit.invalid"));
    line.addAll(List.of("--force", "--sbom-scanner", "false", "--platforms", "linux/amd64"));
    line.addAll(
        List.of(
            "--builders", "linux/amd64=" + amd64.address() + ",linux/arm64=" + arm64.address()));
    line.addAll(List.of(cache));
    line.addAll(List.of(folder.resolve("example/app").toString(), hello.toString()));
    return Linuxkit.withComponents()
        .withEnvironment(engine.client())
        .run(line.toArray(String[]::new))
        .succeeds();
  }

  /** One machine builds and pushes; a second uses the image, and a third finds it. */
  private Linuxkit.Result everyoneGetsIt(Linuxkit first, String builder, String... more)
      throws Exception {
    try (DockerRegistry registry =
        DockerRegistry.start(Files.createDirectory(folder.resolve("registry")))) {
      String org = registry.authority() + "/" + builder;
      List<String> line =
          new ArrayList<>(List.of("pkg", "build", "--builder", builder, "--org", org, "--force"));
      line.addAll(List.of("--sbom-scanner", "false"));
      line.addAll(List.of(more));
      line.add(hello.toString());
      Linuxkit.Result built = first.run(line.toArray(String[]::new)).succeeds();
      String image = built.out().strip();
      assertThat(image).matches(org + "/example-hello:[0-9a-f]{40}");

      Linuxkit.Result again = first.run("pkg", "build", "--org", org, hello.toString()).succeeds();
      assertThat(again.out()).isEqualTo(built.out());
      assertThat(again.err()).doesNotContain("Building");
      first.run("cache", "push", image).succeeds();
      assertThat(index(registry, image).contains(ATTESTATION)).isEqualTo(builder.equals("docker"));

      Linuxkit second = Linuxkit.withCache(folder.resolve("second"));
      assertThat(system(second, image)).contains("usr/bin/hello", "usr/bin/busybox");

      Linuxkit third =
          Linuxkit.withCache(folder.resolve("third")).withEnvironment(Map.of("PATH", "/nowhere"));
      Linuxkit.Result found = third.run("pkg", "build", "--org", org, hello.toString()).succeeds();
      assertThat(found.out()).isEqualTo(built.out());
      assertThat(found.err()).contains("so it is not built").doesNotContain("Building");
      assertThat(Files.readString(third.cache().resolve("index.json"))).doesNotContain("hello");
      third.run("pkg", "build", "--pull", "--org", org, hello.toString()).succeeds();
      assertThat(Files.readString(third.cache().resolve("index.json"))).contains("hello");
      return built;
    }
  }

  private static String index(DockerRegistry registry, String image) {
    String path = image.substring(image.indexOf('/') + 1).replace(":", "/manifests/");
    return Programs.run(
        Path.of("/"),
        "curl",
        "--silent",
        "--fail",
        "--header",
        "Accept: application/vnd.oci.image.index.v1+json",
        "http://" + registry.authority() + "/v2/" + path);
  }

  /** Returns the names of the files of a system with the image as a service. */
  private String system(Linuxkit linuxkit, String image) throws IOException {
    Path manifest = folder.resolve("system.yml");
    Files.writeString(manifest, "services: [{name: hello, image: \"" + image + "\"}]\n");
    Path tar = folder.resolve("system.tar");
    for (String arch : List.of("amd64", "arm64")) {
      linuxkit
          .run(
              "build",
              "--no-sbom",
              "--format",
              "tar",
              "--arch",
              arch,
              "--o",
              tar.toString(),
              manifest.toString())
          .succeeds();
    }
    return Programs.run(folder, "tar", "--list", "--file", tar);
  }

  @Test
  void manifestsGetTheImageOfTheirFolder() throws Exception {
    Linuxkit linuxkit = docker();
    String system = system(linuxkit, "@pkg:" + hello);
    assertThat(system).contains("usr/bin/hello");
    // The store is kept from one run of the tests to the next.
    Files.writeString(hello.resolve("hello.sh"), "#!/bin/sh\necho " + System.nanoTime() + "\n");
    Path manifest = folder.resolve("system.yml");
    Linuxkit.Result changed =
        linuxkit.run(
            "build",
            "--no-sbom",
            "--format",
            "tar",
            "--dir",
            folder.toString(),
            manifest.toString());
    assertThat(changed.succeeds().err()).contains("Building linuxkit.localhost/example-hello:");
  }

  // As buildah of Debian does: it would print the file, or write it.
  @Test
  void aDockerfileCannotReachThisMachineThroughBuildah() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "a secret of this machine\n");
    Files.createSymbolicLink(hello.resolve("link"), folder);
    String head = "ARG BASE\nFROM ${BASE}\n";
    for (String line :
        List.of(
            "RUN --mount=type=cache,id=../../.." + folder + ",target=/x cat /x/secret",
            "RUN --mount=type=bind,source=link,target=/x cat /x/secret",
            "COPY --from=oci-archive:" + secret + " / /x")) {
      Files.writeString(hello.resolve("Dockerfile"), head + line + "\n");
      Linuxkit.Result result =
          buildah()
              .run(
                  "pkg",
                  "build",
                  "--builder",
                  "buildah",
                  "--org",
                  "linuxkit.invalid",
                  "--force",
                  "--progress",
                  "plain",
                  hello.toString())
              .fails();
      assertThat(result.err())
          .contains("hello/Dockerfile:3: with buildah, ")
          .contains("build with BuildKit")
          .doesNotContain("a secret of");
    }
  }

  // User namespaces in place of root: a user without subordinate ids has root's only.
  @Test
  void buildahBuildsTheExampleWithoutRoot() throws Exception {
    assertThat(Files.getPosixFilePermissions(Path.of("/dev/null")))
        .as("users without rights must be able to write to /dev/null")
        .contains(PosixFilePermission.OTHERS_WRITE);
    Programs.run(folder, "chmod", "755", folder);
    Path home = Files.createDirectory(folder.resolve("home"));
    Programs.run(folder, "cp", "-r", folder.resolve("example"), home.resolve("example"));
    Files.writeString(
        home.resolve("example/hello/Dockerfile"),
        "ARG BASE\nFROM ${BASE}\nRUN [\"/bin/sh\", \"-c\", \"busybox cat /proc/net/dev > /net\"]\n");
    Programs.run(folder, "chown", "-R", "nobody", home);
    Linuxkit user =
        Linuxkit.withCache(home.resolve("cache"))
            .through("runuser", "-u", "nobody", "--", "env", "HOME=" + home)
            .withEnvironment(Map.of("XDG_RUNTIME_DIR", home.toString(), "STORAGE_DRIVER", "vfs"));
    String image =
        user.run(
                "pkg",
                "build",
                "--builder",
                "buildah",
                "--org",
                "linuxkit.invalid",
                "--platforms",
                Platform.host().toString(),
                home.resolve("example/hello").toString())
            .succeeds()
            .out()
            .strip();
    Path tar = home.resolve("image.tar");
    user.run("cache", "export", "--format", "filesystem", "--outfile", tar.toString(), image)
        .succeeds();
    String net = Programs.run(folder, "tar", "--extract", "--to-stdout", "--file", tar, "net");
    assertThat(net.lines().skip(2)).singleElement().asString().contains("lo:");
  }

  @Test
  void commandsOfADockerfileRunAndFailInSight() throws Exception {
    for (String builder : List.of("docker", "buildah")) {
      Linuxkit linuxkit = builder.equals("docker") ? docker() : buildah();
      String dockerfile =
          "ARG BASE\nFROM ${BASE}\nCOPY . /context/\nRUN [\"/bin/sh\", \"-c\", \"%s\"]\n";
      Files.writeString(hello.resolve(".dockerignore"), "*.log\n");
      Files.writeString(hello.resolve("my.log"), "");
      Files.writeString(hello.resolve("Dockerfile"), dockerfile.formatted("echo it ran > /ran"));
      String[] line = {
        "pkg",
        "build",
        "--builder",
        builder,
        "--org",
        "linuxkit.invalid",
        "--force",
        "--platforms",
        Platform.host().toString(),
        "--sbom-scanner",
        "false",
        hello.toString()
      };
      String image = linuxkit.run(line).succeeds().out().strip();
      Path tar = folder.resolve("image.tar");
      linuxkit
          .run("cache", "export", "--format", "filesystem", "--outfile", tar.toString(), image)
          .succeeds();
      assertThat(Programs.run(folder, "tar", "--extract", "--to-stdout", "--file", tar, "ran"))
          .isEqualTo("it ran\n");
      assertThat(Programs.run(folder, "tar", "--list", "--file", tar))
          .contains("context/hello.sh")
          .doesNotContain("my.log");
      Files.writeString(
          hello.resolve("Dockerfile"), dockerfile.formatted("echo all is lost; exit 7"));
      Linuxkit.Result failed = linuxkit.run(line).fails();
      assertThat(failed.err()).contains("all is lost").contains("failed with status");
    }
  }
}
